// The fast reader of a contract: lines that are plainly good go straight from bytes into columns.
// It may leave any line to the rules and never refuses one; what it takes, it takes exactly as the rules would.

import {
  ratesOf,
  type AcceptedDays,
  type Contract,
  type DerivedColumn,
  type FieldRule,
} from '../contract.js';
import { plainConverter } from '../values/plain-values.js';
import { nullCode } from '../rows/row-block.js';
import type {
  CodeColumn,
  DecimalColumn,
  GrowingColumn,
  IntColumn,
  TextColumn,
  TimestampColumn,
} from '../rows/growing-columns.js';
import type { RowWriter } from '../rows/row-writer.js';
import {
  Applies,
  TextCell,
  LabelCell,
  WordCell,
  VersionCell,
  TimestampCell,
  DateCell,
  MoneyCell,
  DayCell,
  ConvertedCell,
} from './scanner-cells.js';
import type { Cell, Place } from './scanner-cells.js';
import { conditionCell } from './scanner-conditions.js';
import { Tokenizer } from './tokenizer.js';
import { daysOfIso, firstDay, lastDayEnd } from '../values/values.js';

/**
 * Appends the record in source[start, end) to the writer, or answers false and changes nothing.
 * The byte at `end` must exist and be a line end or 0.
 */
export type Scan = (source: Uint8Array, start: number, end: number) => boolean;

/** Kinds of fields that have no cell of their own (scanner-cells.ts). */
const noCells: readonly FieldRule['kind'][] = ['integer', 'double', 'boolean'];
const hasNoCell = ({ kind }: FieldRule): boolean => noCells.includes(kind);

/** A scanner that writes into `writer`. A contract with kinds of fields that have no cell has no fast reader: it leaves all lines. */
export function compileScanner(contract: Contract, writer: RowWriter): Scan {
  if (contract.fields.some(hasNoCell)) return () => false;
  const tokens = new Tokenizer(contract.fields.map(({ name }) => name));
  const cells = new CellMaker(contract, writer, tokens).all();
  return (source, start, end) => {
    if (!tokens.read(source, start, end)) return false;
    const row = writer.rows;
    for (let c = 0; c < cells.length; c++) if (!cells[c]!.fill(source, row)) return false;
    writer.seal();
    return true;
  };
}

function columnOf<Column extends GrowingColumn>(
  writer: RowWriter,
  name: string,
  kind: Column['kind'],
): Column {
  const column = writer.columns[writer.shape.findIndex((shape) => shape.name === name)];
  if (column?.kind !== kind) throw new Error(`No column ${name} of kind ${kind}.`);
  return column as Column;
}

/** Makes the cells of a contract: words and versions first, since others depend on them; computed columns last. */
class CellMaker {
  constructor(
    private readonly contract: Contract,
    private readonly writer: RowWriter,
    private readonly tokens: Tokenizer,
  ) {}

  all(): readonly Cell[] {
    const rank = ({ kind, when }: FieldRule): number =>
      kind === 'enum' && when === undefined ? 0 : kind === 'version' ? 1 : 2;
    const fields = this.contract.fields.map((rule, field) => ({ rule, field }));
    fields.sort((a, b) => rank(a.rule) - rank(b.rule));
    return [
      ...fields.map(({ rule, field }) => this.fieldCell(rule, field)),
      ...this.contract.derived.map((derived) => this.derivedCell(derived)),
      ...this.contract.order.flatMap((rule) =>
        'kind' in rule ? [conditionCell(rule, (field) => this.columnOf(field))] : [],
      ),
    ];
  }

  private fieldCell(rule: FieldRule, field: number): Cell {
    const place: Place = {
      tokens: this.tokens,
      field,
      applies: this.applies(rule),
      isRefused: rule.refuse !== undefined,
    };
    const name = rule.as ?? rule.name;
    switch (rule.kind) {
      case 'text':
        return new TextCell(place, columnOf<TextColumn>(this.writer, name, 'text'));
      case 'label':
        return new LabelCell(place, columnOf<TextColumn>(this.writer, name, 'text'), rule.nulls);
      case 'enum':
        return new WordCell(place, this.codes(name), nullCode, nullCode);
      case 'currency':
        return this.currencyCell(place, name, rule.base);
      case 'version':
        return new VersionCell(place, this.ints(name), rule.values);
      case 'timestamp':
        return new TimestampCell(place, this.timestamps(name), acceptedDays(rule.within));
      case 'date':
        return new DateCell(place, this.ints(name), rule.never !== undefined);
      case 'money':
        return new MoneyCell(place, columnOf<DecimalColumn>(this.writer, name, 'decimal'));
      case 'integer':
      case 'double':
      case 'boolean':
        throw new Error(`The scanner has no cell for ${name}, a ${rule.kind}.`);
    }
  }

  private applies({ when, sinceVersion }: FieldRule): Applies {
    const codes = when?.enumField === undefined ? null : this.codes(this.columnOfField(when.enumField));
    const isWanted = new Uint8Array(256);
    for (const value of when?.values ?? []) isWanted[codes?.codeOf.get(value) ?? nullCode] = 1;
    isWanted[nullCode] = 0;
    const version = this.contract.fields.find(({ kind }) => kind === 'version');
    const versions =
      sinceVersion === undefined || version === undefined ? null : this.ints(version.as ?? version.name);
    return new Applies(codes?.codes ?? null, isWanted, versions?.ints ?? null, sinceVersion ?? 0);
  }

  private currencyCell(place: Place, name: string, base: string): Cell {
    const column = this.codes(name);
    const baseCode = column.codeOf.get(base) ?? nullCode;
    return new WordCell({ ...place, isRefused: baseCode === nullCode }, column, baseCode, baseCode);
  }

  private derivedCell(derived: DerivedColumn): Cell {
    if (derived.kind === 'date-of') {
      return new DayCell(this.timestamps(derived.timestamp), this.ints(derived.name));
    }
    const currency = this.codes(derived.currency);
    const rates = ratesOf(this.contract, derived.currency);
    const converters = [...currency.codeOf.keys()].map((code) => plainConverter(rates[String(code)] ?? NaN));
    const decimal = (name: string): DecimalColumn => columnOf<DecimalColumn>(this.writer, name, 'decimal');
    return new ConvertedCell(decimal(derived.amount), currency, decimal(derived.name), converters);
  }

  private columnOfField(name: string): string {
    const field = this.contract.fields.find((candidate) => candidate.name === name);
    return field?.as ?? name;
  }

  private columnOf(field: string): GrowingColumn {
    const name = this.columnOfField(field);
    const column = this.writer.columns[this.writer.shape.findIndex((shape) => shape.name === name)];
    if (column === undefined) throw new Error(`No column for the field ${field}.`);
    return column;
  }

  private codes = (name: string): CodeColumn => columnOf<CodeColumn>(this.writer, name, 'code');
  private ints = (name: string): IntColumn => columnOf<IntColumn>(this.writer, name, 'int');
  private timestamps = (name: string): TimestampColumn =>
    columnOf<TimestampColumn>(this.writer, name, 'timestamp');
}

function acceptedDays(within: AcceptedDays | undefined): { readonly first: number; readonly last: number } {
  const last = lastDayEnd - 1;
  return {
    first: Math.max(firstDay, daysOfIso(within?.from ?? '') ?? firstDay),
    last: Math.min(last, daysOfIso(within?.to ?? '') ?? last),
  };
}
