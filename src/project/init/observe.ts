// A file's records as columns of observed values: where each value stands in a record, and what was seen there.

import { LakeError } from '../../common/errors.js';
import { NameGiver } from './names.js';
import { closedDocument, hasMinorUnits, objectOf, observeObjects, recordsOf } from './observe-json.js';
import type { ObservedRecords } from './observed.js';
import type { FileSample } from './sample-file.js';
import { type CsvDialect, sniffCsv } from './sniff-csv.js';
import { type Encoding, sniffText } from './sniff-text.js';

/** What was seen in a file. */
export interface ObservedFile extends ObservedRecords {
  readonly sample: FileSample;
  readonly format: 'csv' | 'ndjson' | 'json';
  readonly encoding: Encoding;
  readonly csv?: CsvDialect;
  /** Of a CSV: rows at its end that sum up the others, and are no records. */
  readonly totals?: readonly (readonly string[])[];
  /** Where the array of records lies in a JSON object, as `records` says it. */
  readonly recordsAt?: string;
  /** Whole amounts are minor units (1299 is 12.99), by the manner of the provider. */
  readonly hasMinorUnits?: boolean;
}

/**
 * What a sample holds.
 * @throws LakeError `invalid-input` for what is neither CSV nor JSON
 */
export function observe(sample: FileSample): ObservedFile {
  const { text, encoding } = sniffText(sample.pieces);
  const base = { sample, encoding };
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const objects = lines.flatMap((line) => objectOf(line));
  const isNamedLines = /\.(ndjson|jsonl|log)(\.gz)?$/i.test(sample.path);
  const isRecord = ['id', '_id', 'uuid', '@timestamp', 'ts'].some((key) => key in (objects[0] ?? {}));
  const isOneDocument =
    !isNamedLines &&
    !isRecord &&
    lines.length === 1 &&
    objects.length === 1 &&
    recordsOf(objects[0]) !== undefined;
  if (!isOneDocument && objects.length * 2 > lines.length)
    return { ...base, format: 'ndjson', hasMinorUnits: hasMinorUnits(objects), ...observeObjects(objects) };
  if (/^\s*[[{]/.test(text)) {
    const found = recordsOf(parseJson(text, sample));
    if (found !== undefined)
      return {
        ...base,
        format: 'json',
        ...(found.at === '' ? {} : { recordsAt: found.at }),
        hasMinorUnits: found.isList || hasMinorUnits(found.records),
        ...observeObjects(found.records),
      };
  }
  const table = sniffCsv(text);
  const isCsv = table !== undefined && (table.header.length > 1 || /\.csv(\.gz)?$/i.test(sample.path));
  if (!isCsv) throw notRead(sample, 'no header and rows of a CSV, and no JSON records');
  const names = new NameGiver();
  const fields = table.header.flatMap((from, i) => {
    const values = table.rows.map((cells) => cells[i] ?? null);
    // What ends every line may be no column.
    const isNone =
      /^column \d+$/.test(from) && values.every((value) => value === null || value.trim() === '');
    return isNone ? [] : [{ from, name: names.give(from), values }];
  });
  const totals = table.totals.length === 0 ? {} : { totals: table.totals };
  return {
    ...base,
    format: 'csv',
    csv: table.dialect,
    ...totals,
    rows: table.rows.length,
    fields,
    children: [],
  };
}

const notRead = ({ path }: FileSample, found: string, cause?: unknown): LakeError =>
  new LakeError('invalid-input', `${path}: expected CSV, NDJSON or JSON with records; found ${found}.`, {
    cause,
    details: { path },
  });

/** One JSON document. */
function parseJson(text: string, sample: FileSample): unknown {
  try {
    return JSON.parse(sample.isBeginning === true ? closedDocument(text) : text);
  } catch (cause) {
    const isSeveral = /^\s*\{[^]*\}\s*\{[^]*\}\s*$/.test(text);
    const hint =
      'several JSON documents on more than a line each; write one a line: jq -c . FILE > FILE.ndjson';
    throw notRead(
      sample,
      isSeveral ? hint : `what is no JSON: ${cause instanceof Error ? cause.message : ''}`,
      cause,
    );
  }
}
