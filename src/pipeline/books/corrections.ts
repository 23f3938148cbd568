// Corrected records: each takes the place of a refused one that it names. The originals stay in bronze, and everything
// else follows from both: a replaced record takes no part under any contract, its correction stands where it stood.

import { LakeError } from '../../common/errors.js';

/** The source of their batches; `bronze.corrections` keeps them. */
export const CORRECTIONS = 'corrections';

/** Why a record takes no part although a contract might accept it. */
export const REPLACED = 'replaced';

/** A record in bronze. */
export interface RecordPlace {
  readonly batchId: string;
  /** Physical and 1-based; of an array element its position. */
  readonly lineNumber: number;
}

/** A line of a corrections file. */
export interface CorrectionLine {
  /** 1-based. */
  readonly lineNumber: number;
  /** The line with its line end. */
  readonly raw: Uint8Array;
  /** Null for a blank line. */
  readonly correction: {
    readonly source: string;
    readonly replaces: RecordPlace;
    readonly text: string;
    readonly bytes: Uint8Array;
  } | null;
}

/** A corrected record and where it stands itself. */
export interface Correction extends RecordPlace {
  readonly source: string;
  readonly replaces: RecordPlace;
  /** The record in the format of its source, to be shown: what is not UTF-8 as U+FFFD. */
  readonly text: string;
  /** The record itself. */
  readonly bytes: Uint8Array;
}

const lineFeed = 0x0a;

/**
 * The lines of a corrections file: JSON objects with `source`, `batch_id`, `line_number` and `raw`, the corrected record
 * as text or, for sources of JSON, as an object; or `raw_base64`, its bytes. Other members (`reason`, `file`, …) are for
 * people.
 * @param place names the file in messages
 * @throws LakeError `invalid-input` that names the line and what was expected
 */
export function parseCorrections(place: string, bytes: Uint8Array): readonly CorrectionLine[] {
  const lines: CorrectionLine[] = [];
  for (let start = 0; start < bytes.length;) {
    const at = bytes.indexOf(lineFeed, start);
    const end = at === -1 ? bytes.length : at + 1;
    const lineNumber = lines.length + 1;
    const raw = bytes.subarray(start, end);
    lines.push({ lineNumber, raw, correction: correctionOf(`${place}, line ${lineNumber}`, raw) });
    start = end;
  }
  return lines;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function correctionOf(place: string, raw: Uint8Array): CorrectionLine['correction'] {
  const text = decoded(place, raw).trim();
  if (text === '') return null;
  const record = objectOf(place, text);
  const source = textMember(place, record, 'source');
  const batchId = textMember(place, record, 'batch_id');
  const lineNumber = record['line_number'];
  if (typeof lineNumber !== 'number' || !Number.isSafeInteger(lineNumber) || lineNumber < 1)
    throw unexpected(place, 'line_number: expected the number of the refused record’s line', lineNumber);
  const content = recordBytes(place, record);
  const shown = Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
  return { source, replaces: { batchId, lineNumber }, text: shown, bytes: content };
}

function decoded(place: string, raw: Uint8Array): string {
  try {
    return utf8.decode(raw);
  } catch (cause) {
    throw new LakeError(
      'invalid-input',
      `${place}: expected UTF-8, found other bytes. Save the file as UTF-8.`,
      { cause },
    );
  }
}

function objectOf(place: string, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unexpected(place, 'expected a JSON object on one line', text);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw unexpected(place, 'expected a JSON object', value);
}

function textMember(place: string, record: Readonly<Record<string, unknown>>, name: string): string {
  const value = record[name];
  if (typeof value === 'string' && value !== '') return value;
  throw unexpected(place, `${name}: expected the text that the export gave`, value);
}

/** Of a record that is given as text and as bytes the text: the export gives only one of them. */
function recordBytes(place: string, { raw, raw_base64 }: Readonly<Record<string, unknown>>): Uint8Array {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return Buffer.from(JSON.stringify(raw));
  if (typeof raw === 'string' && !/^[ \t-\r]*$/.test(raw)) return bytesOfText(raw);
  if ((raw === undefined || raw === null) && typeof raw_base64 === 'string') {
    const bytes = Buffer.from(raw_base64, 'base64');
    if (bytes.toString('base64') === raw_base64.trim()) return bytes;
    throw unexpected(place, 'raw_base64: expected the bytes of the record in base64', raw_base64);
  }
  throw unexpected(place, 'raw: expected the corrected record, as text or as an object', raw);
}

/** A half of a surrogate pair has no UTF-8; it stays something that no contract accepts, and becomes no other character. */
const bytesOfText = (text: string): Uint8Array =>
  Buffer.concat(
    text
      .split(/(\p{Surrogate})/u)
      .map((part, i) => (i % 2 === 0 ? Buffer.from(part) : surrogateBytes(part.charCodeAt(0)))),
  );

/** As three bytes, in the way of UTF-8. */
const surrogateBytes = (unit: number): Buffer =>
  Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);

function unexpected(place: string, expected: string, found: unknown): LakeError {
  const shown = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 80);
  return new LakeError(
    'invalid-input',
    `${place}: ${expected}, found ${shown}. Nothing was taken in; "lake quarantine --export FILE" writes a file in the right shape.`,
    { details: { place, expected } },
  );
}

/** A batch's lines as corrections. */
export function correctionsOf(batchId: string, lines: readonly CorrectionLine[]): readonly Correction[] {
  return lines.flatMap(({ lineNumber, correction }) =>
    correction === null ? [] : [{ batchId, lineNumber, ...correction }],
  );
}

/** A place as the key of a map. */
export const placeKey = ({ batchId, lineNumber }: RecordPlace): string => `${batchId}:${lineNumber}`;

/** All corrections of a lake, and what follows from them for each record. */
export class CorrectionSet {
  readonly #replaced = new Map<string, Set<number>>();
  /** The last correction of each original record, by the original's place. */
  readonly #standing = new Map<string, Map<number, Correction>>();
  readonly #all = new Map<string, Correction>();

  /** In the order of their batches: a correction may itself be corrected later. */
  constructor(corrections: readonly Correction[]) {
    for (const correction of corrections) {
      this.#all.set(placeKey(correction), correction);
      entry(this.#replaced, correction.replaces.batchId, () => new Set()).add(correction.replaces.lineNumber);
      const { batchId, lineNumber } = this.originalOf(correction);
      entry(this.#standing, batchId, () => new Map()).set(lineNumber, correction);
    }
  }

  /** Lines of a batch whose records were replaced. */
  replaced(batchId: string): ReadonlySet<number> {
    return this.#replaced.get(batchId) ?? new Set();
  }

  /** The corrections that stand for records of a batch, by the line of the record. */
  standingFor(batchId: string): ReadonlyMap<number, Correction> {
    return this.#standing.get(batchId) ?? new Map();
  }

  /** The record for which a correction stands in the end: that of a correction's correction is the first one's. */
  originalOf({ replaces }: Correction): RecordPlace {
    const between = this.#all.get(placeKey(replaces));
    return between === undefined ? replaces : this.originalOf(between);
  }

  /** Those of a batch that no later one replaces. */
  standingIn(batchId: string): readonly Correction[] {
    const replaced = this.replaced(batchId);
    return [...this.#all.values()].filter(
      (correction) => correction.batchId === batchId && !replaced.has(correction.lineNumber),
    );
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** Fills the records of some lines with what no contract accepts; their bytes stay as many, and so do the lines. */
export async function* withoutLines(
  pieces: AsyncIterable<Uint8Array>,
  firstLine: number,
  replaced: ReadonlySet<number>,
): AsyncGenerator<Uint8Array> {
  let line = firstLine;
  for await (const piece of pieces) {
    const bytes = Uint8Array.from(piece);
    for (let start = 0; start < bytes.length;) {
      const at = bytes.indexOf(lineFeed, start);
      const end = at === -1 ? bytes.length : at;
      if (replaced.has(line)) bytes.fill(unreadable, start, end);
      if (at !== -1) line++;
      start = end + 1;
    }
    yield bytes;
  }
}

/** `!`: no JSON begins with it, and it is not blank. */
const unreadable = 0x21;
