// Deliveries of test pipelines: lines, files and runs, made of generated records.

import fc from 'fast-check';
import {
  growingDeliveries,
  logBytes,
  shuffledDeliveries,
  type LogLine,
} from '../../reference/arbitraries.js';
import type { Delivery } from '../../reference/reference.js';
import type { Runs } from './under-law.js';

/** One of these, seldom. */
export const rarely = <T>(usual: fc.Arbitrary<T>, seldom: fc.Arbitrary<T>, weight = 12): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: seldom });

/** Days of three months, few enough that records meet. */
export const someDay = fc.constantFrom(
  ...['2024-01-30', '2024-01-31', '2024-02-01', '2024-02-02', '2024-02-29', '2024-03-01', '2024-03-15'],
);

/** A time on such a day. */
export const someTime = fc
  .tuple(someDay, fc.constantFrom('00:00:00Z', '09:30:00+02:00', '23:59:59.999999Z', '23:30:00-01:00'))
  .map(([day, time]) => `${day}T${time}`);

/** Lines of a log: records, and seldom something else. */
export const logLines = (record: fc.Arbitrary<object>): fc.Arbitrary<readonly LogLine[]> =>
  fc.array(
    rarely(
      record.map((each) => JSON.stringify(each)),
      fc.constantFrom('{"torn', '[]', '', '  ', 'no JSON'),
    ).map((text) => Buffer.from(`${text}\n`)),
    { minLength: 1, maxLength: 30, size: 'max' },
  );

/** A file of one array. */
export const jsonArray = (record: fc.Arbitrary<object>): fc.Arbitrary<Uint8Array> =>
  fc
    .array(rarely<unknown>(record, fc.constantFrom(null, 'text')), { maxLength: 8 })
    .map((records) => Buffer.from(JSON.stringify(records)));

/** A file of rows under a header. */
export const csvFile = (
  header: readonly string[],
  row: fc.Arbitrary<readonly string[]>,
  delimiter = ',',
): fc.Arbitrary<Uint8Array> =>
  fc
    .array(rarely(row, fc.constantFrom(['too', 'few'], ['"torn"x', 'y', 'z'])), { maxLength: 10 })
    .map((rows) => Buffer.from([header, ...rows].map((cells) => `${cells.join(delimiter)}\n`).join('')));

/** A sequence of deliveries of one extract: names used again, old files now and then once more. */
export const extractRuns = (
  stem: string,
  extension: string,
  bytes: fc.Arbitrary<Uint8Array>,
): fc.Arbitrary<Runs> =>
  fc
    .array(fc.record({ name: fc.constantFrom(`${stem}.${extension}`, `${stem}-2.${extension}`), bytes }), {
      minLength: 1,
      maxLength: 3,
    })
    .chain((files) => fc.array(fc.constantFrom(...files), { minLength: files.length, maxLength: 4 }))
    .map((files) => files.map((file) => [file]));

/** Several sequences of runs as one: the first runs together, then the second, … */
export function together(...sequences: readonly Runs[]): Runs {
  const length = Math.max(0, ...sequences.map((runs) => runs.length));
  return Array.from({ length }, (_, run) =>
    sequences.flatMap((runs): readonly Delivery[] => runs[run] ?? []),
  );
}

/** A log's lines delivered in any manner. */
export const anyDelivery = (lines: readonly LogLine[], stem: string): fc.Arbitrary<Runs> =>
  fc.oneof(shuffledDeliveries(lines, stem), growingDeliveries(lines, stem));

/** A log's lines in one file. */
export const atOnce = (lines: readonly LogLine[], stem: string): Runs => [
  [{ name: `${stem}.ndjson`, bytes: logBytes(lines) }],
];

/** The same sequence, with runs in which nothing comes between. */
export const spread = (runs: Runs): fc.Arbitrary<Runs> =>
  fc
    .array(fc.nat(2), { minLength: runs.length, maxLength: runs.length })
    .map((gaps) => runs.flatMap((run, i) => [...Array.from({ length: gaps[i] ?? 0 }, () => []), run]));

/** A source of deliveries: the same content, in two ways. */
export interface Sequence {
  readonly any: fc.Arbitrary<Runs>;
  readonly two: fc.Arbitrary<readonly [Runs, Runs]>;
}

/** Of a log. */
export const logSequence = (stem: string, record: fc.Arbitrary<object>): Sequence => ({
  any: logLines(record).chain((lines) => anyDelivery(lines, stem)),
  two: logLines(record).chain((lines) =>
    fc.tuple(fc.constant(atOnce(lines, stem)), anyDelivery(lines, stem)),
  ),
});

/** Of an extract: both ways deliver the same in the same order. */
export const extractSequence = (
  stem: string,
  extension: string,
  bytes: fc.Arbitrary<Uint8Array>,
): Sequence => ({
  any: extractRuns(stem, extension, bytes),
  two: extractRuns(stem, extension, bytes).chain((runs) => fc.tuple(fc.constant(runs), spread(runs))),
});

const filled = (runs: Runs): Runs => runs.filter(({ length }) => length > 0);

/** Deliveries of a pipeline, made of those of its sources. */
export function deliveriesOf(...sequences: readonly Sequence[]): {
  readonly deliveries: fc.Arbitrary<Runs>;
  readonly twoWays: fc.Arbitrary<readonly [Runs, Runs]>;
} {
  return {
    deliveries: fc
      .tuple(...sequences.map(({ any }) => rarely(any, fc.constant<Runs>([]), 5)))
      .map((all) => filled(together(...all)))
      .filter((runs) => runs.length > 0),
    twoWays: fc
      .tuple(...sequences.map(({ two }) => two))
      .map(
        (all) =>
          [
            filled(together(...all.map(([first]) => first))),
            filled(together(...all.map(([, second]) => second))),
          ] as const,
      ),
  };
}
