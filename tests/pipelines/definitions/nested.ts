// A log and an extract whose records have arrays, of which tables are made: the one beside its records by months, the other in
// one piece.

import fc from 'fast-check';
import { definePipeline } from '../../../src/pipeline/define/define-pipeline.js';
import type { Pipeline } from '../../../src/pipeline/define/pipeline.js';
import type { PipelineSpec } from '../../../src/pipeline/define/spec/pipeline-spec.js';
import { sourceSpecs } from '../../../src/project/load/source-spec.js';
import { Problems } from '../../../src/project/problems.js';
import { parseProjectText } from '../../../src/project/read-project.js';
import { deliveriesOf, extractSequence, jsonArray, logSequence, rarely, someTime } from './generated.js';
import { byMonth, columns } from './small-contract.js';
import { allRecords, groups, sumOf, type RowTruth, type TrueRow } from './truth.js';
import { acceptance, type Acceptance, type PipelineUnderLaw, type Runs } from './under-law.js';

const KINDS = ['tea', 'nut'];

const text = ({ kinds }: Acceptance): string => `name: nested
sources:
  orders:
    files: "orders*.ndjson"
    kind: log
    key: order_id
    winner: [updated_at]
    fields:
      order_id: text required
      updated_at: timestamp required
      ordered_at: timestamp required
      total: "decimal(18,2)"
    dates: { ordered_on: ordered_at }
    partition: day(ordered_on)
  order_items:
    parent: orders
    path: items
    key: [order_id, place]
    fields:
      order_id: { from: ^order_id, type: text, required: true }
      place: { from: "#", type: integer, required: true }
      day: { from: ^ordered_on, type: date, required: true }
      total: { from: ^total, type: "decimal(18,2)" }
      kind: { type: text, required: true, one_of: [${[...KINDS, ...kinds].join(', ')}] }
      qty: { type: integer, min: 1 }
    partition: month(day)
  baskets:
    files: "baskets*.json"
    kind: extract
    key: [shop, number]
    fields:
      shop: text required
      number: integer required
  lines:
    parent: baskets
    path: inside.lines
    key: [number, basket_shop, line]
    fields:
      basket_shop: { from: ^shop, type: text, required: true }
      number: { from: ^number, type: integer, required: true }
      line: { from: "#", type: integer, required: true }
      kind: { type: text, required: true, one_of: [${[...KINDS, ...kinds].join(', ')}] }
`;

/** As it is written. */
export function nestedSpec(settings: Acceptance): PipelineSpec {
  const problems = new Problems();
  const read = parseProjectText(text(settings), problems)!;
  problems.throwIfAny();
  const sources = sourceSpecs(read.document, { places: read.places, problems });
  problems.throwIfAny();
  return {
    name: 'nested',
    settings,
    sources,
    models: [
      {
        table: {
          name: 'mart.kinds_by_month',
          columns: columns('day date', 'kind string', 'items long', 'qty long?'),
          partition: byMonth('day'),
          sortOrder: ['day', 'kind'],
          key: ['day', 'kind'],
        },
        sql: `SELECT day, kind, CAST(COUNT(*) AS BIGINT) AS items, CAST(SUM(qty) AS BIGINT) AS qty
          FROM silver.order_items GROUP BY day, kind`,
        inputs: [
          {
            table: 'silver.order_items',
            columns: ['day', 'kind', 'qty'],
            spread: { kind: 'months', before: 0, after: 0 },
          },
        ],
        usesRange: false,
      },
      {
        table: {
          name: 'mart.lines_by_kind',
          columns: columns('kind string', 'lines long'),
          sortOrder: ['kind'],
          key: ['kind'],
        },
        sql: 'SELECT kind, CAST(COUNT(*) AS BIGINT) AS lines FROM silver.lines GROUP BY kind',
        inputs: [{ table: 'silver.lines', columns: ['kind'], spread: { kind: 'table' } }],
        usesRange: false,
      },
    ],
    mayShrink: ['mart.kinds_by_month', 'mart.lines_by_kind'],
  };
}

const element = rarely<unknown>(
  fc.record(
    {
      kind: fc.constantFrom<unknown>('tea', ' nut ', 'gift', 'loan', 5),
      qty: fc.constantFrom<unknown>(1, '2', 0, null, 'x', 3),
      note: fc.string({ maxLength: 3 }),
    },
    { requiredKeys: ['kind'] },
  ),
  fc.constantFrom<unknown>(null, 'text', [], 7),
  6,
);

/** What stands where the array should. */
const array = rarely<unknown>(
  fc.array(element, { maxLength: 4 }),
  fc.constantFrom<unknown>(null, '', 'none', { kind: 'tea' }, 3),
  6,
);

const order = fc.record(
  {
    order_id: rarely(fc.constantFrom('o1', 'o2', 'o3', 'o4'), fc.constantFrom<unknown>(null, '')),
    updated_at: fc.constantFrom('2024-04-01T00:00:00Z', '2024-04-02T00:00:00Z'),
    ordered_at: rarely(someTime, fc.constant('2024-02-30')),
    total: fc.constantFrom<unknown>(1.5, '12.999', null),
    items: array,
  },
  { requiredKeys: ['order_id', 'updated_at', 'ordered_at'] },
);

const basket = fc.record({
  shop: rarely(fc.constantFrom<unknown>('x', 'y'), fc.constant(null)),
  number: fc.constantFrom<unknown>(1, 2, '3'),
  inside: rarely<unknown>(
    array.map((lines) => ({ lines })),
    fc.constant(null),
  ),
});

/** The kind of an element that is accepted, the word as it is kept; undefined for any other. */
function kindOf(found: unknown): string | undefined {
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
  const { kind } = found as { readonly kind?: unknown };
  const word = typeof kind === 'string' ? kind.trim() : '';
  return [...KINDS, ...acceptance.lenient.kinds].includes(word) ? word : undefined;
}

/** Undefined: the element is refused for it. */
function qtyOf(found: unknown): number | null | undefined {
  const qty = (found as { readonly qty?: unknown }).qty ?? null;
  if (qty === null) return null;
  const number = Number(qty);
  return number >= 1 ? number : undefined;
}

/** The elements of an array in a record's column of JSON. */
function elementsOf(json: unknown): readonly unknown[] {
  const found: unknown = typeof json === 'string' ? JSON.parse(json) : [];
  return Array.isArray(found) ? found : [];
}

function truth(runs: Runs, pipeline: Pipeline): RowTruth {
  const records = allRecords(runs, pipeline);
  const items = (records['silver.orders'] ?? []).flatMap((row) =>
    elementsOf(row['order_items']).flatMap((found, at): readonly TrueRow[] => {
      const kind = kindOf(found);
      const qty = kind === undefined ? undefined : qtyOf(found);
      if (kind === undefined || qty === undefined) return [];
      const { order_id: id, ordered_on: day, total } = row;
      return [{ order_id: id, place: at + 1, day, total, kind, qty }];
    }),
  );
  const lines = (records['silver.baskets'] ?? []).flatMap((row) =>
    elementsOf(row['lines']).flatMap((found, at): readonly TrueRow[] => {
      const kind = kindOf(found);
      if (kind === undefined) return [];
      return [{ basket_shop: row['shop'], number: row['number'], line: at + 1, kind }];
    }),
  );
  return {
    ...records,
    'silver.order_items': items,
    'silver.lines': lines,
    'mart.kinds_by_month': groups(items, ['day', 'kind']).map((group) => ({
      day: group[0]!['day'],
      kind: group[0]!['kind'],
      items: group.length,
      qty: sumOf(group.map(({ qty }) => qty)),
    })),
    'mart.lines_by_kind': groups(lines, ['kind']).map((group) => ({
      kind: group[0]!['kind'],
      lines: group.length,
    })),
  };
}

/** Records with arrays. */
export const nested: PipelineUnderLaw = {
  name: 'nested',
  under: (settings) => definePipeline(nestedSpec({ ...acceptance.lenient, ...settings })),
  ...acceptance,
  ...deliveriesOf(logSequence('orders', order), extractSequence('baskets', 'json', jsonArray(basket))),
  truth,
};
