// Drafted sources as the files of a project: `lake.yaml` with the evidence beside each guess, a model, a check.

import {
  alias,
  completeCheck,
  countName,
  dailyModel,
  groupOf,
  sumsOf,
  totalModel,
  unitOf,
} from './draft-models.js';
import type { CsvDialect } from './sniff-csv.js';
import type { DraftChild, DraftField, DraftSource } from './draft-source.js';

/** Files of a new project by their path in its folder. */
export type ProjectText = Readonly<Record<string, string>>;

/** The files of a project over some sources. */
export function writeDraft(name: string, sources: readonly DraftSource[]): ProjectText {
  const models = sources.filter(({ day }) => day !== undefined);
  return {
    'lake.yaml': lakeYaml(name, sources),
    ...Object.fromEntries(
      models.map((source) => [`models/gold/daily_${source.name}.sql`, dailyModel(source)]),
    ),
    ...Object.fromEntries(
      sources
        .filter(({ day }) => day === undefined)
        .map((source) => [`models/gold/${source.name}_total.sql`, totalModel(source)]),
    ),
    ...Object.fromEntries(
      models.map((source) => [`checks/daily_${source.name}_complete.sql`, completeCheck(source)]),
    ),
  };
}

function lakeYaml(name: string, sources: readonly DraftSource[]): string {
  const ranged = sources.find(({ kind, day }) => kind === 'log' && day !== undefined);
  const lines = [
    '# A lake project. "lake ingest" reads data/, "lake settings --schema" prints what may stand here.',
    '# What was guessed has its evidence beside it: check it, then change or keep it.',
    `name: ${name}`,
    'sources:',
    ...sources.flatMap((source) => [
      ...sourceLines(source),
      ...source.children.flatMap((child) => childLines(child, source)),
    ]),
    ...(ranged === undefined ? [] : [`range: silver.${ranged.name}.${ranged.day!.column}`]),
    'headline:',
    ...sources.flatMap(headlineLines),
    ...chartLines(sources),
  ];
  return `${lines.join('\n')}\n`;
}

function sourceLines(source: DraftSource): readonly string[] {
  const { file, key } = source;
  const csv = file.csv === undefined ? [] : csvLine(file.csv, file.encoding);
  const sampled = file.sample.isWhole
    ? `all ${count(file.rows)} rows`
    : `${count(file.rows)} rows ${file.sample.isBeginning === true ? 'at the beginning of the file' : 'spread over the file'}`;
  return [
    `  ${source.name}:  # ${sampled} were looked at`,
    `    files: ${source.files.length === 1 ? quoted(source.files[0]!) : `[${source.files.map(quoted).join(', ')}]`}`,
    `    format: ${file.format}`,
    ...csv,
    ...(file.recordsAt === undefined ? [] : [`    records: ${quoted(file.recordsAt)}`]),
    ...(source.nulls.length === 0 ? [] : [`    nulls: [${source.nulls.map(quoted).join(', ')}]`]),
    `    kind: ${source.kind}  # ${source.kind === 'log' ? 'all records count' : 'the newest delivery of a key decides'}`,
    ...(key === undefined
      ? ['    # No field names a record: equal records count once.']
      : [`    key: ${list(key.columns)}  # ${key.evidence}`]),
    ...(key?.hasRivals === true ? winnerLine(source) : []),
    ...(source.zone === undefined ? [] : [`    zone: ${source.zone}  # as its times say`]),
    '    fields:',
    ...source.fields.map((field) => fieldLine(field, source.nulls)),
    ...totalsLines(source),
    ...dayLines(source),
  ];
}

/** Rows of totals are no records: a rule refuses those that no field does. */
function totalsLines({ totals }: DraftSource): readonly string[] {
  if (totals === undefined) return [];
  const seen = `${count(totals.rows)} ${totals.rows === 1 ? 'row of totals is' : 'rows of totals are'} refused: ${JSON.stringify(totals.label)}`;
  if (totals.field === undefined) return [`    # ${seen}`];
  const rule = `${totals.field} = '${totals.label.replaceAll("'", "''")}'`;
  return [`    rules: { totals_row: ${quoted(rule)} }  # ${seen}`];
}

/** The newest state of a key: by the time at which it was changed, if there is one. */
function winnerLine({ fields, day }: DraftSource): readonly string[] {
  const changed = fields.find(
    ({ name, guess }) => guess.type === 'timestamp' && /updat|modif|chang/.test(name),
  );
  const column = changed?.name ?? day?.of ?? day?.column;
  return column === undefined ? [] : [`    winner: [${column}]`];
}

function csvLine(dialect: CsvDialect, encoding: string): readonly string[] {
  const parts = [
    ...(dialect.delimiter === ',' ? [] : [`delimiter: ${JSON.stringify(dialect.delimiter)}`]),
    ...(dialect.decimal === '.' ? [] : ['decimal: ","']),
    ...(dialect.thousands === undefined ? [] : [`thousands: ${JSON.stringify(dialect.thousands)}`]),
    ...(encoding === 'utf-8' ? [] : [`encoding: ${encoding}`]),
    ...(dialect.skip === 0 ? [] : [`skip: ${dialect.skip}`]),
    ...(dialect.header === false ? ['header: false'] : []),
  ];
  const unnamed =
    dialect.header === false
      ? '  # its first row is data: the fields are its columns in order, name them'
      : '';
  return parts.length === 0 ? [] : [`    csv: { ${parts.join(', ')} }${unnamed}`];
}

function childLines(child: DraftChild, parent: DraftSource): readonly string[] {
  return [
    `  ${child.name}:  # ${count(child.rows)} elements of ${parent.name} were looked at`,
    `    parent: ${parent.name}`,
    `    path: ${plainOrQuoted(child.path)}`,
    `    key: ${list(child.key!.columns)}  # ${child.key!.evidence}`,
    '    fields:',
    ...child.fields.map((field) => fieldLine(field, parent.nulls)),
    ...(child.day === undefined ? [] : [`    partition: month(${child.day.column})`]),
  ];
}

/** A field's line of `lake.yaml`, with the evidence beside it; `nulls` are those that its source says. */
export function fieldLine(
  { name, from, guess, isRequired }: DraftField,
  nulls: readonly string[] = [],
): string {
  const own = guess.nulls.filter((word) => !nulls.includes(word));
  const keys = [
    ...(from === name ? [] : [`from: ${plainOrQuoted(from)}`]),
    `type: ${/[(,]/.test(guess.type) ? quoted(guess.type) : guess.type}`,
    ...(isRequired ? ['required: true'] : []),
    ...(guess.formats === undefined ? [] : [`formats: [${guess.formats.map(plainOrQuoted).join(', ')}]`]),
    ...(guess.case === undefined ? [] : [`case: ${guess.case}`]),
    ...(guess.oneOf === undefined ? [] : [`one_of: [${guess.oneOf.map(quoted).join(', ')}]`]),
    ...(guess.scale === undefined ? [] : [`scale: ${guess.scale}`]),
    ...(guess.affixes === undefined ? [] : [`affixes: [${guess.affixes.map(quoted).join(', ')}]`]),
    ...(own.length === 0 ? [] : [`nulls: [${own.map(quoted).join(', ')}]`]),
    ...(guess.onInvalidNull === undefined || isRequired ? [] : ['on_invalid: "null"']),
  ];
  const isShort = keys.length === 1 || (keys.length === 2 && isRequired && from === name);
  const value = isShort ? `${guess.type}${isRequired ? ' required' : ''}` : `{ ${keys.join(', ')} }`;
  const missing = guess.missing > 0 && guess.present > 0 ? `${count(guess.missing)} without` : '';
  const evidence = [guess.evidence, missing].filter((each) => each !== '').join('; ');
  return `      ${name}: ${value}${evidence === '' ? '' : `  # ${evidence}`}`;
}

function dayLines(source: DraftSource): readonly string[] {
  const { day } = source;
  if (day === undefined) return [];
  const derived =
    day.of === undefined
      ? []
      : [
          `    dates: { ${day.column}: ${day.of} }${source.zone === undefined && isLocal(source, day.of) ? '  # in UTC; say "zone" if these clocks are local' : ''}`,
        ];
  return [...derived, `    partition: ${unitOf(source)}(${day.column})`];
}

/** Whether a time is told without its offset. */
function isLocal({ fields }: DraftSource, name: string): boolean {
  const { formats = ['iso'] } = fields.find((field) => field.name === name)?.guess ?? {};
  return formats.some((format) => !/^epoch|Z$/.test(format));
}

const list = (columns: readonly string[]): string =>
  columns.length === 1 ? columns[0]! : `[${columns.join(', ')}]`;
const quoted = (text: string): string => JSON.stringify(text);
/** Words and dotted paths stand as they are; what YAML would read otherwise is quoted. */
const plainOrQuoted = (text: string): string =>
  /^[A-Za-z^][\w.]*(?: [\w.]+)*$/.test(text) && !/^(true|false|yes|no|null|on|off)$/i.test(text)
    ? text
    : quoted(text);
const count = (value: number): string => value.toLocaleString('en-US');

function headlineLines(source: DraftSource): readonly string[] {
  const table = source.day === undefined ? `gold.${source.name}_total` : `gold.daily_${source.name}`;
  const name = title(source.name);
  const group =
    source.day === undefined ? undefined : source.fields.find((field) => field.name === groupOf(source));
  const unit = group && mostCommon(group);
  const [money] = sumsOf(source).filter(({ guess }) => guess.type.startsWith('decimal'));
  const isOneUnit = groupOf(source) === undefined || unit !== undefined;
  const where = unit === undefined ? '' : ` WHERE ${alias(group!.name)} = '${unit}'`;
  return [
    `  - { name: ${quoted(name)}, sql: "SELECT SUM(${countName(source)}) FROM ${table}", about: rows so far }`,
    ...(money === undefined || !isOneUnit
      ? []
      : [
          `  - { name: ${quoted(`${title(money.name)} of ${source.name}`)}, sql: "SELECT SUM(${alias(money.name)}) FROM ${table}${where}", about: ${unit === undefined ? '' : `${unit} `}so far }`,
        ]),
  ];
}

/** The currency that most records have, as it is kept. */
function mostCommon({ guess, values = [] }: DraftField): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) {
    const kept =
      guess.case === 'upper' ? value.toUpperCase() : guess.case === 'lower' ? value.toLowerCase() : value;
    if (/^[A-Za-z]{3}$/.test(kept)) counts.set(kept, (counts.get(kept) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

function chartLines(sources: readonly DraftSource[]): readonly string[] {
  const dated = sources.filter(({ day }) => day !== undefined);
  if (dated.length === 0) return [];
  return [
    'charts:',
    ...dated.map((source) => {
      const group = groupOf(source);
      const color = group === undefined ? '' : `, color: ${alias(group)}`;
      return `  - { title: ${quoted(`${title(source.name)} by day`)}, table: gold.daily_${source.name}, x: date, y: ${countName(source)}, kind: bar${color} }`;
    }),
  ];
}

const title = (name: string): string => {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
