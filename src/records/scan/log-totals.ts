// What the units of a log come to, unit by unit.

import { sumCounts } from '../field-counts.js';
import type { ParsedLog } from '../log-types.js';
import { lineStatus } from './line-units.js';
import type { UnitResult } from './read-unit.js';

/** What is counted of a unit. */
export type UnitFacts = Omit<UnitResult, 'block' | 'status'>;

/** What is known of a log by counting. */
type LogSummary = Omit<ParsedLog, 'firstLine' | 'bytes' | 'unterminatedBytes' | 'rows' | 'lines' | 'refused'>;

/** Counts a log's units in their order. */
export class LogTotals {
  readonly #facts: UnitFacts[] = [];
  #physicalLines = 0;
  #accepted = 0;

  add(lines: number, rows: number, facts: UnitFacts): void {
    const { reasons, counts, unknownFields, nulledFields, refusedElements } = facts;
    this.#facts.push({ reasons, counts, unknownFields, nulledFields, refusedElements });
    this.#physicalLines += lines;
    this.#accepted += rows;
  }

  summary(): LogSummary {
    const facts = this.#facts;
    const blankLines = facts.reduce((sum, { counts }) => sum + (counts[lineStatus.blank] ?? 0), 0);
    return {
      physicalLines: this.#physicalLines,
      records: this.#physicalLines - blankLines,
      accepted: this.#accepted,
      rejected: countReasons(facts),
      unknownFields: sumCounts(facts.map(({ unknownFields }) => unknownFields)),
      nulledFields: sumCounts(facts.map(({ nulledFields }) => nulledFields)),
      refusedElements: facts.flatMap(({ refusedElements }) => refusedElements),
    };
  }
}

function countReasons(
  results: readonly Pick<UnitResult, 'reasons' | 'counts'>[],
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const result of results) {
    result.reasons.forEach((reason, r) => {
      counts.set(reason, (counts.get(reason) ?? 0) + (result.counts[lineStatus.refusedFrom + r] ?? 0));
    });
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
