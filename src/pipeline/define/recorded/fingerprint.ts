// Fingerprints: what a table was made of. A model runs again only when its fingerprint changed (pipeline §8).

import { sha256Now } from '../../../common/sha256.js';
import type { DataFile } from '../../../format/data-file.js';
import type { Model } from '../spec/pipeline-spec.js';

/** Raised when the canonical form of data files changes; part of every fingerprint. */
const WRITER = 'parquet-wasm 0.8.0, zstd, one row group, 1000000 rows a file';

const hash = (text: string): string => sha256Now(text).slice(0, 32);

/** The part that depends on the program: text, columns, writer. A fingerprint begins with it. */
export function modelFingerprint({ sql, table, inputs }: Model): string {
  return hash(JSON.stringify([WRITER, sql, table, inputs]));
}

/** The whole fingerprint: program and content of the inputs (their files' hashes in order). */
export function fingerprintOf(model: Model, inputs: readonly (readonly DataFile[])[], range: string): string {
  const content = inputs.map((files) => files.map(({ sha256 }) => sha256));
  return `${modelFingerprint(model)}-${hash(JSON.stringify([content, model.usesRange ? range : '']))}`;
}
