// Which files of a table may hold some keys, told by the key indexes beside them (format §6). Never misses one.

import { mapConcurrent } from '../common/concurrency.js';
import { sha256 } from '../common/sha256.js';
import type { DataFile, KeyIndexFile } from '../format/data-file.js';
import { keyIndexSection, probeSorted, wholeKeyId } from '../format/key-index.js';
import type { Storage } from '../storage/storage.js';
import { readIfThere } from './snapshot-lookup.js';
import type { TableState } from './view.js';

/** Keys that are looked for in a table. */
interface KeyProbe {
  readonly table: TableState;
  /** Key column by name; null for the whole key. */
  readonly column: string | null;
  /** Hashes that are looked for (`murmur3` of the key's UTF-8 or key bytes), ascending, unsigned. */
  readonly sortedHashes: Uint32Array;
  /** The index of a data file made again from its rows, for a sidecar that is lost or damaged. */
  readonly rebuild: (file: DataFile) => Promise<Uint8Array>;
}

/** Sidecars in work at a time. */
const parallelReads = 16;

/** The files that may hold one of the keys, in order; those without an index for the column are always among them. */
export async function probeKeys(storage: Storage, probe: KeyProbe): Promise<readonly DataFile[]> {
  const fieldId =
    probe.column === null
      ? wholeKeyId
      : probe.table.schema.fields.find((field) => field.name === probe.column)?.id;
  if (probe.sortedHashes.length === 0) return [];
  const files = await probe.table.files();
  const hits = await mapConcurrent(files, parallelReads, (file) => mightHold(storage, probe, file, fieldId));
  return files.filter((_, i) => hits[i]);
}

async function mightHold(
  storage: Storage,
  { sortedHashes, rebuild }: KeyProbe,
  file: DataFile,
  fieldId: number | undefined,
): Promise<boolean> {
  const section = file.index?.columns.find((column) => column.id === fieldId);
  if (file.index === undefined || section === undefined) return true;
  const bytes =
    (await readIntact(storage, file.index)) ?? (await rebuildIndex(storage, file.index, () => rebuild(file)));
  return probeSorted(keyIndexSection(bytes, section), sortedHashes);
}

/** The sidecar as it was committed, or undefined when it is lost or damaged. */
async function readIntact(storage: Storage, index: KeyIndexFile): Promise<Uint8Array | undefined> {
  const bytes = await readIfThere(storage, index.path);
  return bytes !== undefined && (await sha256(bytes)) === index.sha256 ? bytes : undefined;
}

/** Heals silently; a lake that cannot be written to is still read. */
async function rebuildIndex(
  storage: Storage,
  index: KeyIndexFile,
  rebuild: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const bytes = await rebuild();
  if ((await sha256(bytes)) === index.sha256) {
    await storage.write([{ path: index.path, bytes }]).catch(() => undefined);
  }
  return bytes;
}
