// Which files of a table may hold some keys, told by their statistics and the key indexes beside them (format §6). Never
// misses one.

import { mapConcurrent } from '../common/concurrency.js';
import { sha256 } from '../common/sha256.js';
import type { DataFile, KeyIndexFile } from '../format/data-file.js';
import { keyIndexSection, probeSorted, wholeKeyId } from '../format/key-index.js';
import { mightHoldAny, type WantedKeys } from '../format/wanted-keys.js';
import type { Storage } from '../storage/storage.js';
import { readIfThere } from './snapshot-lookup.js';
import type { TableState } from './view.js';

/** Keys that are looked for in a table. */
interface KeyProbe {
  readonly table: TableState;
  /** Key column by name; null for the whole key. */
  readonly column: string | null;
  readonly keys: WantedKeys;
  /** The index of a data file made again from its rows, for a sidecar that is lost or damaged. */
  readonly rebuild: (file: DataFile) => Promise<Uint8Array>;
}

/** Sidecars in work at a time. */
const parallelReads = 16;

/** Bytes of sidecars that are kept: those of ten million keys. */
const keptBytes = 64 << 20;

/** The key indexes of a lake as one run reads them: each once, however often it asks (as far as memory for them goes). */
export class KeyIndexes {
  readonly #storage: Storage;
  readonly #kept = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** The files that may hold one of the keys, in order; those without an index for the column are always among them. */
  async probe(probe: KeyProbe): Promise<readonly DataFile[]> {
    if (probe.keys.hashes.length === 0) return [];
    const fieldId =
      probe.column === null
        ? wholeKeyId
        : probe.table.schema.fields.find((field) => field.name === probe.column)?.id;
    const files = (await probe.table.files()).filter(
      ({ columns, rows }) => fieldId === undefined || mightHoldAny(probe.keys, columns[fieldId], rows),
    );
    const hits = await mapConcurrent(files, parallelReads, (file) => this.#mightHold(probe, file, fieldId));
    return files.filter((_, i) => hits[i]);
  }

  async #mightHold(
    { keys, rebuild }: KeyProbe,
    file: DataFile,
    fieldId: number | undefined,
  ): Promise<boolean> {
    const section = file.index?.columns.find((column) => column.id === fieldId);
    if (file.index === undefined || section === undefined) return true;
    if (section.count === 0) return false;
    const bytes = await this.#read(file.index, () => rebuild(file));
    return probeSorted(keyIndexSection(bytes, section), keys.hashes);
  }

  async #read(index: KeyIndexFile, rebuild: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = this.#kept.get(index.path);
    if (known !== undefined) return known;
    const bytes =
      (await readIntact(this.#storage, index)) ?? (await rebuildIndex(this.#storage, index, rebuild));
    if (this.#bytes + bytes.length <= keptBytes) {
      this.#kept.set(index.path, bytes);
      this.#bytes += bytes.length;
    }
    return bytes;
  }
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
