// The fast reader of a contract: lines that are plainly good go straight from bytes into columns.
// It may leave any line to the rules and never refuses one; what it takes, it takes exactly as the rules would.

import { murmur3 } from '../format/key-index.js';
import type { Contract, ContractSettings, DerivedColumn, FieldRule } from './contract.js';
import { plainConverter, plainDate, plainTimestamp } from './plain-values.js';
import { nullCode, nullInt } from './row-block.js';
import type {
  CodeColumn,
  DecimalColumn,
  GrowingColumn,
  IntColumn,
  RowWriter,
  TextColumn,
  TimestampColumn,
} from './row-writer.js';
import { token, Tokenizer } from './tokenizer.js';
import { dayMicros, daysOfIso, firstDay, isAsciiSpace, lastDayEnd } from './values.js';
import { WordTable } from './word-table.js';

/**
 * Appends the record in source[start, end) to the writer, or answers false and changes nothing.
 * The byte at `end` must exist and be a line end or 0.
 */
export type Scan = (source: Uint8Array, start: number, end: number) => boolean;

/** Fills one column of the row that is being made; false: not plain. */
interface Cell {
  fill(source: Uint8Array, row: number): boolean;
}

/** A scanner that writes into `writer`. A contract with conditions between fields has no fast reader: it leaves all lines. */
export function compileScanner(contract: Contract, settings: ContractSettings, writer: RowWriter): Scan {
  if (contract.order.some((rule) => 'kind' in rule)) return () => false;
  const tokens = new Tokenizer(contract.fields.map(({ name }) => name));
  const cells = new CellMaker(contract, settings, writer, tokens).all();
  const key = columnOf<TextColumn>(writer, contract.key[0] ?? '', 'text');
  return (source, start, end) => {
    if (!tokens.read(source, start, end)) return false;
    const row = writer.rows;
    for (let c = 0; c < cells.length; c++) if (!cells[c]!.fill(source, row)) return false;
    writer.hashes[row] = murmur3(key.bytes, key.offsets[row]!, key.offsets[row + 1]!);
    writer.rows = row + 1;
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

// ── Which fields count ──────────────────────────────────────────────────────────────────────────────────────────

/** Whether a field counts in this row; the columns that it asks are filled before. */
class Applies {
  constructor(
    private readonly codes: Uint8Array | null,
    private readonly isWanted: Uint8Array,
    private readonly versions: Int32Array | null,
    private readonly since: number,
  ) {}

  isWantedIn(row: number): boolean {
    return this.codes === null || this.isWanted[this.codes[row]!] === 1;
  }

  isKnownIn(row: number): boolean {
    return this.versions === null || this.versions[row]! >= this.since;
  }
}

/** Makes the cells of a contract: words and versions first, since others depend on them; computed columns last. */
class CellMaker {
  constructor(
    private readonly contract: Contract,
    private readonly settings: ContractSettings,
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
        return new TimestampCell(place, this.timestamps(name), this.days(rule.within !== undefined));
      case 'date':
        return new DateCell(place, this.ints(name), rule.never !== undefined);
      case 'money':
        return new MoneyCell(place, columnOf<DecimalColumn>(this.writer, name, 'decimal'));
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
    const converters = [...currency.codeOf.keys()].map((code) =>
      plainConverter(this.settings.rates[String(code)] ?? NaN),
    );
    const decimal = (name: string): DecimalColumn => columnOf<DecimalColumn>(this.writer, name, 'decimal');
    return new ConvertedCell(decimal(derived.amount), currency, decimal(derived.name), converters);
  }

  private columnOfField(name: string): string {
    const field = this.contract.fields.find((candidate) => candidate.name === name);
    return field?.as ?? name;
  }

  private codes = (name: string): CodeColumn => columnOf<CodeColumn>(this.writer, name, 'code');
  private ints = (name: string): IntColumn => columnOf<IntColumn>(this.writer, name, 'int');
  private timestamps = (name: string): TimestampColumn =>
    columnOf<TimestampColumn>(this.writer, name, 'timestamp');

  private days(isNarrowed: boolean): { readonly first: number; readonly last: number } {
    const { from, to } = this.settings.eventDates;
    if (!isNarrowed) return { first: firstDay, last: lastDayEnd - 1 };
    return {
      first: Math.max(firstDay, daysOfIso(from) ?? firstDay),
      last: Math.min(lastDayEnd - 1, daysOfIso(to) ?? lastDayEnd - 1),
    };
  }
}

// ── One column of a row ─────────────────────────────────────────────────────────────────────────────────────────

interface Place {
  readonly tokens: Tokenizer;
  readonly field: number;
  readonly applies: Applies;
  /** Null refuses the record: that is for the rules to say. */
  readonly isRefused: boolean;
}

/** What the field is in this row: a token, or `absent` where it does not count. */
function tokenOf({ tokens, field, applies }: Place, row: number): number {
  return applies.isWantedIn(row) && applies.isKnownIn(row) ? tokens.kinds[field]! : token.absent;
}

const isAbsent = (kind: number): boolean => kind === token.absent || kind === token.isNull;

class TextCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: TextColumn,
  ) {}

  fill(source: Uint8Array, row: number): boolean {
    const { tokens, field, isRefused } = this.place;
    const kind = tokenOf(this.place, row);
    if (isAbsent(kind)) {
      this.column.putNull(row);
      return !isRefused || !this.place.applies.isWantedIn(row);
    }
    const start = tokens.starts[field]!;
    const end = tokens.ends[field]!;
    if (kind !== token.string || start === end || source[start] === 0x20 || source[end - 1] === 0x20)
      return false;
    this.column.put(row, source, start, end);
    return true;
  }
}

/** Labels that are in their final form already: no capital letters, single spaces. */
class LabelCell implements Cell {
  private readonly text: TextCell;
  private readonly nulls: WordTable;

  constructor(
    private readonly place: Place,
    column: TextColumn,
    nulls: readonly string[],
  ) {
    this.text = new TextCell(place, column);
    this.nulls = new WordTable(nulls);
  }

  fill(source: Uint8Array, row: number): boolean {
    const { tokens, field } = this.place;
    if (tokenOf(this.place, row) === token.string) {
      const start = tokens.starts[field]!;
      const end = tokens.ends[field]!;
      if (!isFinalLabel(source, start, end) || this.nulls.find(source, start, end) !== -1) return false;
    }
    return this.text.fill(source, row);
  }
}

function isFinalLabel(source: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = source[at]!;
    if ((byte >= 0x41 && byte <= 0x5a) || (byte === 0x20 && isAsciiSpace(source[at + 1]!))) return false;
  }
  return true;
}

/** A word of a known set, in its exact form. Codes for a field that is null, and for one that its version does not know. */
class WordCell implements Cell {
  private readonly words: WordTable;

  constructor(
    private readonly place: Place,
    private readonly column: CodeColumn,
    private readonly whenNull: number,
    private readonly whenUnknown: number,
  ) {
    this.words = new WordTable([...column.codeOf.keys()].map(String));
  }

  fill(source: Uint8Array, row: number): boolean {
    const { tokens, field, applies, isRefused } = this.place;
    const kind = tokens.kinds[field]!;
    let code: number;
    if (!applies.isWantedIn(row)) code = nullCode;
    else if (!applies.isKnownIn(row)) code = this.whenUnknown;
    else if (isAbsent(kind)) {
      if (isRefused) return false;
      code = this.whenNull;
    } else {
      code = kind === token.string ? this.words.find(source, tokens.starts[field]!, tokens.ends[field]!) : -1;
      if (code === -1) return false;
    }
    this.column.codes[row] = code;
    return true;
  }
}

class VersionCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: IntColumn,
    private readonly versions: readonly number[],
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const { tokens, field } = this.place;
    if (tokenOf(this.place, row) !== token.number) return false;
    const version = tokens.numbers[field]! / 10_000;
    this.column.ints[row] = version;
    return this.versions.includes(version);
  }
}

class TimestampCell implements Cell {
  private readonly first: number;
  private readonly end: number;

  constructor(
    private readonly place: Place,
    private readonly column: TimestampColumn,
    days: { readonly first: number; readonly last: number },
  ) {
    this.first = days.first * dayMicros;
    this.end = (days.last + 1) * dayMicros;
  }

  fill(source: Uint8Array, row: number): boolean {
    const { tokens, field } = this.place;
    if (tokenOf(this.place, row) !== token.string) return false;
    const micros = plainTimestamp(source, tokens.starts[field]!, tokens.ends[field]!);
    this.column.micros[row] = micros;
    return micros >= this.first && micros < this.end;
  }
}

class DateCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: IntColumn,
    private readonly mayBeNull: boolean,
  ) {}

  fill(source: Uint8Array, row: number): boolean {
    const { tokens, field } = this.place;
    const kind = tokenOf(this.place, row);
    const isText = kind === token.string && tokens.ends[field]! - tokens.starts[field]! === 10;
    const days = isText ? plainDate(source, tokens.starts[field]!) : NaN;
    this.column.ints[row] = isAbsent(kind) ? nullInt : days;
    return isAbsent(kind) ? this.mayBeNull : !Number.isNaN(days);
  }
}

class MoneyCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: DecimalColumn,
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const { tokens, field, applies, isRefused } = this.place;
    const kind = tokenOf(this.place, row);
    if (kind === token.number) {
      this.column.put(row, tokens.numbers[field]!);
      return true;
    }
    this.column.putNull(row);
    return isAbsent(kind) && !(isRefused && applies.isWantedIn(row) && applies.isKnownIn(row));
  }
}

class DayCell implements Cell {
  constructor(
    private readonly timestamps: TimestampColumn,
    private readonly column: IntColumn,
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const micros = this.timestamps.micros[row]!;
    this.column.ints[row] = Math.floor(micros / dayMicros);
    return !Number.isNaN(micros);
  }
}

class ConvertedCell implements Cell {
  constructor(
    private readonly amounts: DecimalColumn,
    private readonly currencies: CodeColumn,
    private readonly column: DecimalColumn,
    private readonly converters: readonly ((scaled: number) => number)[],
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const { words } = this.amounts;
    const high = words[2 * row + 1]!;
    const convert = this.converters[this.currencies.codes[row]!];
    if (high === nullInt || convert === undefined) {
      this.column.putNull(row);
      return true;
    }
    const converted = convert(high * 0x1_0000_0000 + (words[2 * row]! >>> 0));
    this.column.put(row, converted);
    return !Number.isNaN(converted);
  }
}
