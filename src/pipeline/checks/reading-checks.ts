// What the records of a run lost on their way in, source by source: values that are not of their type, and sources of which
// nothing was accepted. Neither is wrong in any table; both mean that a source is not what its contract says.

import type { FieldCount } from '../../records/field-counts.js';
import { CORRECTIONS, REPLACED } from '../books/corrections.js';
import type { Pipeline } from '../define/pipeline.js';
import type { ReadBatch } from '../read/read-batch.js';
import { nulledFieldsOf } from '../read/read-fields.js';
import { checkResult, type Checked, type CheckResult, type SampleCells } from './check-results.js';

const nulledName = (source: string): string => `${source}_nulled_values`;

const allRefused = (source: string): Checked => ({
  name: `${source}_all_refused`,
  severity: 'warn',
  reason: `Of ${source} nothing was accepted: the files are not what the contract expects; see "lake quarantine".`,
});

/** Names of all checks of this file. */
export const readingCheckNames = ({ sources }: Pipeline): readonly string[] => [
  ...sources.flatMap(({ contract: { source } }) => [nulledName(source), allRefused(source).name]),
  nulledName(CORRECTIONS),
];

/** Of the sources that a run read something new of. */
export function readingChecks({ sources }: Pipeline, read: readonly ReadBatch[]): readonly CheckResult[] {
  const fresh = read.filter(({ kind }) => kind !== 'known');
  const of = (source: string): readonly ReadBatch[] => fresh.filter(({ batch }) => batch.source === source);
  const ofSources = sources.flatMap(({ contract: { source } }) => {
    const own = of(source);
    return own.length === 0 ? [] : [nulledValues(source, own), nothingAccepted(source, own)];
  });
  const corrections = of(CORRECTIONS);
  return [...ofSources, ...(corrections.length === 0 ? [] : [nulledValues(CORRECTIONS, corrections)])];
}

function nothingAccepted(source: string, read: readonly ReadBatch[]): CheckResult {
  const records = sum(read, ({ batch }) => batch.records);
  const counted = sum(read, ({ batch }) => batch.accepted + (batch.rejectedByReason[REPLACED] ?? 0));
  const sample = read.map(({ batch }): SampleCells => ({
    source_file: batch.fileName,
    records: String(batch.records),
    reasons: Object.keys(batch.rejectedByReason).join(', '),
  }));
  return checkResult(allRefused(source), counted > 0 ? 0 : records, 0, sample);
}

const sum = (read: readonly ReadBatch[], of: (read: ReadBatch) => number): number =>
  read.reduce((total, each) => total + of(each), 0);

/** A field of one source, with the file of its first record. */
interface NulledField extends FieldCount {
  readonly file: string;
}

function nulledValues(source: string, read: readonly ReadBatch[]): CheckResult {
  const fields = new Map<string, NulledField>();
  for (const each of read)
    for (const count of nulledFieldsOf(each)) {
      const before = fields.get(count.field);
      fields.set(
        count.field,
        before === undefined
          ? { ...count, file: each.batch.fileName }
          : { ...before, records: before.records + count.records },
      );
    }
  const worst = [...fields.values()].sort((a, b) => b.records - a.records || (a.field < b.field ? -1 : 1));
  const value = worst.reduce((total, { records }) => total + records, 0);
  return checkResult(
    { name: nulledName(source), severity: 'warn', reason: nulledReason(worst) },
    value,
    0,
    worst.map(cellsOf),
  );
}

/** Fields that the reason names. */
const NAMED = 3;

function nulledReason(fields: readonly NulledField[]): string {
  const named = fields
    .slice(0, NAMED)
    .map(
      ({ field, records, example, file, lineNumber }) =>
        `${field} of ${records} (${example} in ${file}, line ${lineNumber})`,
    );
  const others = fields.length > NAMED ? ` and ${fields.length - NAMED} more fields` : '';
  const which = named.length === 0 ? '' : `: ${named.join(', ')}${others}`;
  return `Values that are not of their field's type count as null${which}.`;
}

const cellsOf = ({ field, records, example, file, lineNumber }: NulledField): SampleCells => ({
  field,
  records: String(records),
  example,
  source_file: file,
  line_number: String(lineNumber),
});
