// `lake init`: a new project's folder, drafted from files, written out from a template, or blank.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LakeError } from '../../common/errors.js';
import { findProject } from '../../project/find-project.js';
import type { InitReport } from '../../project/init/init-project.js';
import type { UpdateReport } from '../../project/init/update-project.js';
import { defineCommand, switchFlag, valueFlag } from '../command.js';
import { parseChoice } from '../flags.js';
import { count, countOf } from '../output/figures.js';
import { measure, type Style } from '../output/style.js';
import { wrap } from '../output/terminal-text.js';
import { nextLine } from '../output/tables.js';
import { textTable } from '../output/text-table.js';

const TEMPLATES = ['shop', 'logs', 'saas', 'blank'] as const;

/** `lake init`: writes a project, and nothing over what is there; exit 1 where a project is there already. */
export const init = defineCommand({
  name: ['init'],
  about: 'a new project: your own sources, models and checks in a folder',
  details:
    'Writes lake.yaml, models and checks into DIR (default: here). From files (CSV, NDJSON, JSON, each also ' +
    'as .gz) it tells delimiter, encoding, types, dates, keys and nested arrays, and writes what it saw ' +
    'beside each guess; the files are copied to data/, so that "lake ingest" runs at once. Without --from ' +
    'and --template it drafts from the files in DIR/data or DIR, or writes a blank project. Files of a ' +
    'folder that hold no records are left out, and told. Nothing that exists is overwritten.',
  words: { usage: '[DIR] [FILE…]', least: 0, most: Infinity },
  flags: {
    from: {
      ...valueFlag('FILE…', 'files, or folders of files, to draft the sources from'),
      array: true,
    },
    update: switchFlag(
      'add the fields to lake.yaml that came in data/ (or in --from) and that it does not name',
    ),
    template: valueFlag('NAME', `a project that is complete: ${TEMPLATES.join(', ')}`),
  },
  examples: [
    ['init shop --from export/*.csv', 'a project from files'],
    ['init shop --template shop', 'orders with items, customers, revenue; with a few records to try it on'],
    ['init --update', 'new fields of the data into lake.yaml, each with what was seen of it'],
    ['init readings', 'a blank project, with an example of a source'],
    ['init business --template saas', 'the built-in project, as files to change'],
  ],
  writes: true,
  async run({ flags, words: [dir = '.', ...more] }, session) {
    if (more.length > 0)
      throw new LakeError(
        'invalid-input',
        `lake init: unexpected "${more[0]}"; give files as --from ${more[0]}.`,
      );
    if ((await stat(dir).catch(() => undefined))?.isFile() === true)
      throw new LakeError(
        'invalid-input',
        `lake init: ${dir} is a file; expected a folder for the project. To draft from the file: lake init --from ${dir}`,
      );
    if (flags.update) {
      if (flags.template !== undefined)
        throw new LakeError('invalid-input', 'lake init: give --update or --template, not both.');
      const update = await updated(dir, flags.from);
      return session.report(update, () => updateText(update, session.style));
    }
    const template =
      flags.template === undefined ? undefined : parseChoice('--template', flags.template, TEMPLATES);
    if (template !== undefined && flags.from !== undefined)
      throw new LakeError('invalid-input', 'lake init: give --from or --template, not both.');
    const report =
      template === undefined ? await fromFiles(dir, flags.from) : await fromTemplate(dir, template);
    await session.report(report, () => initText(dir, report, session.style));
  },
});

async function fromFiles(dir: string, from: readonly string[] | undefined): Promise<InitReport> {
  const { dataFilesIn, filesIn, initFromFiles } = await import('../../project/init/init-project.js');
  const data = join(dir, 'data');
  const named: string[] = [];
  const found: string[] = [];
  for (const path of from ?? ((await isFolder(data)) ? [data] : []))
    if (await isFolder(path)) found.push(...(await filesIn(path)));
    else named.push(path);
  if (from === undefined && found.length === 0) found.push(...(await dataFilesIn(dir)));
  if (from !== undefined && named.length + found.length === 0)
    throw new LakeError('invalid-input', `lake init: there is no file in ${from.join(', ')}.`);
  return named.length + found.length === 0 ? fromTemplate(dir, 'blank') : initFromFiles(dir, named, found);
}

async function updated(dir: string, from: readonly string[] | undefined): Promise<UpdateReport> {
  const { filesIn } = await import('../../project/init/init-project.js');
  const { updateProject } = await import('../../project/init/update-project.js');
  const files: string[] = [];
  for (const path of from ?? []) files.push(...((await isFolder(path)) ? await filesIn(path) : [path]));
  return updateProject((await findProject(dir)) ?? dir, from && files);
}

function updateText({ added }: UpdateReport, style: Style): readonly string[] {
  if (added.length === 0) return ['lake.yaml names every field that was found; it stays as it is.'];
  const rows = added.map(({ source, field, from }) => [source, field, from]);
  return [
    `${style.strong(`Added ${countOf(added.length, 'field')}`)} to lake.yaml; nothing else was changed.`,
    '',
    ...textTable([{ header: 'source' }, { header: 'field' }, { header: 'from' }], rows, { style }),
    '',
    'Records that the lake has already get their values from bronze.',
    nextLine('lake backfill --all', style),
  ];
}

async function fromTemplate(dir: string, template: (typeof TEMPLATES)[number]): Promise<InitReport> {
  const { initFromTemplate } = await import('../../project/init/templates.js');
  return initFromTemplate(dir, template);
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;

const leftOut = (reason: string, style: Style): readonly string[] =>
  wrap(reason, measure(style, 4)).map((line, at) => `${at === 0 ? '  ' : '    '}${line}`);

function initText(
  dir: string,
  { written, sources, children, skipped = [] }: InitReport,
  style: Style,
): readonly string[] {
  const columns = [
    { header: 'source' },
    { header: 'read as' },
    { header: 'fields', align: 'right' },
    { header: 'rows', align: 'right' },
    { header: 'key' },
  ] as const;
  const nested = children.map((child) => ({ ...child, format: `${child.parent}.${child.path}[]` }));
  const tops = sources.map((each) => ({
    ...each,
    format: each.hasHeader === false ? `${each.format}, no header` : each.format,
  }));
  const rows = [...tops, ...nested].map(({ name, format, fields, rows: seen, isWhole, key }) => [
    name,
    format,
    count(fields),
    `${count(seen)}${isWhole ? '' : ' sampled'}`,
    key.length === 0 ? 'none: equal rows count once' : key.join(', '),
  ]);
  const here = dir === '.' ? '' : `cd ${dir} && `;
  return [
    `${style.strong(dir === '.' ? 'This folder' : dir)} is a project now: ${countOf(written.length, 'file')}.`,
    ...written.map((file) => style.faint(`  ${file}`)),
    ...(rows.length === 0 ? [] : ['', ...textTable(columns, rows, { style })]),
    ...(skipped.length === 0
      ? []
      : ['', 'Left out', ...skipped.flatMap(({ reason }) => leftOut(reason, style))]),
    '',
    sources.length === 0
      ? 'Look at lake.yaml: it says what is read, and from where.'
      : 'Look at lake.yaml: beside each guess stands what it rests on.',
    nextLine(`${here}lake ingest`, style),
  ];
}
