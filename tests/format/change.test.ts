import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeManifests,
  summarizeManifest,
  touchedManifests,
  type ManifestAfter,
} from '../../src/format/change.js';
import type { DataFile } from '../../src/format/data-file.js';
import { makeTable } from '../../src/format/evolve.js';
import type { TableFile } from '../../src/format/table-file.js';
import { events, raw } from '../table/lake-fixture.js';

const hash = '0'.repeat(64);
const dayOf = (day: number): string => new Date(Date.UTC(2014, 0, 1 + day)).toISOString().slice(0, 10);

/** A file of a day, whose ids are all `id`. */
function file(day: number, id: string, tag = 'x', table = 'silver/events'): DataFile {
  return {
    path: `${table}/day=${dayOf(day)}/${id}-${tag}.parquet`,
    sha256: hash,
    bytes: 10,
    rows: 1,
    schemaId: 0,
    specId: 0,
    addedIn: 1,
    partition: { day: dayOf(day) },
    columns: { 1: { nulls: 0, min: id, max: id } },
  };
}

/** A table that can be changed again and again, as commits do it. */
class TestTable {
  #table: TableFile;
  #files = new Map<string, readonly DataFile[]>();
  #written = 0;
  /** What the last change read and wrote. */
  touched = 0;
  plan: readonly ManifestAfter[] = [];

  constructor(table: TableFile) {
    this.#table = table;
  }

  change(added: readonly DataFile[], removed: readonly string[] = []): void {
    const change = { added, removed: new Set(removed) };
    const touched = touchedManifests(this.#table, change);
    this.touched = touched.filter(Boolean).length;
    const before = this.#table.manifests.map((ref, i) =>
      touched[i] === true ? { ref, files: this.#files.get(ref.path)! } : { ref },
    );
    this.plan = changeManifests(this.#table, before, change);
    const manifests = this.plan.map((each) => {
      if (each.kind === 'kept') return each.ref;
      const path = `m${this.#written++}`;
      this.#files.set(path, each.files);
      return { path, sha256: hash, ...summarizeManifest(each.files) };
    });
    this.#table = { ...this.#table, manifests };
  }

  files(): readonly DataFile[] {
    return this.#table.manifests.flatMap((ref) => this.#files.get(ref.path)!);
  }

  sizes(): readonly number[] {
    return this.#table.manifests.map((ref) => ref.files);
  }
}

const sorted = (): TestTable => new TestTable(makeTable(events, 'id'));
const arriving = (): TestTable => new TestTable(makeTable(raw, 'id'));
const rawFile = (day: number, id: string): DataFile => file(day, id, 'x', 'bronze/events');
const ids = (table: TestTable): readonly string[] =>
  table.files().map((each) => String(each.columns['1']?.min));

describe('a change of files', () => {
  const full = (count: number): readonly number[] => Array.from({ length: count }, () => 121);

  it('cuts a new table into manifests of about as many files as there are manifests', () => {
    const table = sorted();
    table.change(Array.from({ length: 3650 }, (_, day) => file(day, 'a')));
    expect(table.sizes()).toEqual([...full(30), 20]);
  });

  it('rewrites only the manifest of the day that it touches', () => {
    const table = sorted();
    table.change(Array.from({ length: 3650 }, (_, day) => file(day, 'a')));
    table.change([file(1400, 'b')]);
    expect(table.touched).toBe(1);
    expect(table.plan.flatMap(({ kind }, at) => (kind === 'new' ? [at] : []))).toEqual([11, 12]);
    expect(table.sizes()).toEqual([...full(11), 61, 61, ...full(18), 20]);
    table.change([file(1700, 'c')], [file(1700, 'a').path]);
    expect(table.plan.flatMap(({ kind }, at) => (kind === 'new' ? [at] : []))).toEqual([15]);
    table.change([file(4000, 'd')]);
    expect(table.sizes().at(-1)).toBe(21);
    table.change([file(-9, 'e')]);
    expect(table.sizes().slice(0, 3)).toEqual([61, 61, 121]);
  });

  it('fills manifests at the end, where tables grow', () => {
    const table = sorted();
    for (let day = 0; day < 2500; day += 100) {
      table.change(Array.from({ length: 100 }, (_, i) => file(day + i, 'a')));
      expect(table.plan.filter((each) => each.kind === 'new').length).toBeLessThanOrEqual(3);
    }
    expect(Math.max(...table.sizes())).toBe(100);
    expect(Math.min(...table.sizes().slice(0, -1))).toBeGreaterThanOrEqual(50);
  });

  it('changes nothing when it changes nothing', () => {
    const table = sorted();
    table.change([file(1, 'a'), file(2, 'b')]);
    table.change([file(1, 'a')], [file(1, 'a').path]);
    expect(table.plan.map((each) => each.kind)).toEqual(['kept']);
    table.change([]);
    expect(table.plan.map((each) => each.kind)).toEqual(['kept']);
  });

  it('puts a merged file where its parts were, before what arrived later', () => {
    const table = arriving();
    for (const id of ['z', 'y', 'x']) table.change([rawFile(1, id)]);
    table.change([rawFile(2, 'other')]);
    table.change([rawFile(1, 'late')]);
    const removed = ['z', 'y', 'x'].map((id) => rawFile(1, id).path);
    table.change([rawFile(1, 'zy'), rawFile(1, 'x')], removed);
    expect(ids(table)).toEqual(['zy', 'x', 'late', 'other']);
  });

  it('is refused when it removes what is not there', () => {
    const table = sorted();
    table.change([file(1, 'a')]);
    expect(() => table.change([], [file(1, 'b').path])).toThrow(/no longer in silver.events/);
    expect(() => table.change([], [file(7, 'a').path])).toThrow(/no longer in silver.events/);
  });

  it('leaves exactly the right files, by partition and then by id or arrival, in small manifests', () => {
    const step = fc.record({
      add: fc.uniqueArray(fc.tuple(fc.nat({ max: 5 }), fc.constantFrom('a', 'b', 'c', 'd')), {
        maxLength: 4,
        selector: String,
      }),
      remove: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { maxLength: 12 }), (isSorted, steps) => {
        const table = isSorted ? sorted() : arriving();
        let expected: DataFile[] = [];
        steps.forEach(({ add, remove }, n) => {
          const gone = expected.slice(0, remove);
          const added = add.map(([day, id]) =>
            file(day, id, `${n}`, isSorted ? 'silver/events' : 'bronze/events'),
          );
          table.change(
            added,
            gone.map((each) => each.path),
          );
          expected = [...expected.slice(remove), ...added];
        });
        expect(
          table
            .files()
            .map((each) => each.path)
            .toSorted(),
        ).toEqual(expected.map((each) => each.path).toSorted());
        const keys = table
          .files()
          .map((each) => each.partition['day'] + (isSorted ? String(each.columns['1']?.min) : ''));
        expect(keys).toEqual(keys.toSorted());
        expect(Math.max(0, ...table.sizes())).toBeLessThanOrEqual(1000);
        expect(Math.min(1, ...table.sizes())).toBe(1);
      }),
    );
  });
});
