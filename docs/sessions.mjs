// The terminal sessions in the documents, run again: each ```console block is a list of commands (`$ …`, going on after `> `)
// with what they print. `node docs/sessions.mjs` rewrites the blocks; with --check it only says which of them are stale, apart
// from durations, times of day, sizes and hashes. Commands of a document run one after the other in a folder of its own, which
// has data/, and are given no terminal.
//
//   ```console rows=6          of each paragraph that is printed, the first six lines
//   <!-- run: lake ingest -->  a command that is not shown

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = [
  'README.md',
  ...['history', 'projects', 'questions', 'readers', 'refused', 'settings'].map((name) => `docs/${name}.md`),
];
/** What readers see in place of the folder that the commands ran in. */
const SHOWN_FOLDER = '/home/me/shop';
const FIRST_DAY = Date.parse('2024-04-02T09:00:00Z');

/** Blocks and hidden commands, in the order of the document, with where they stand in it. */
function stepsOf(text) {
  const pattern = /^```console([^\n]*)\n([^]*?)^```$|^<!-- run: (.*) -->$/gm;
  return Array.from(text.matchAll(pattern), (match) => {
    const [whole, options = '', body, hidden] = match;
    if (hidden !== undefined) return { at: match.index, whole, commands: [hidden], isHidden: true };
    const rows = Number(/rows=(\d+)/.exec(options)?.[1] ?? Infinity);
    return { at: match.index, whole, options, body, rows, commands: commandsOf(body), isHidden: false };
  });
}

function commandsOf(body) {
  const commands = [];
  let isOpen = false;
  for (const line of body.split('\n')) {
    if (line.startsWith('$ ')) commands.push(line.slice(2));
    else if (isOpen && line.startsWith('> ')) commands.push(`${commands.pop()}\n${line.slice(2)}`);
    isOpen = line.startsWith('$ ') || (isOpen && line.startsWith('> '));
  }
  return commands;
}

/** A folder with the sample, a home of its own, and a `lake` on its path. */
function prepare() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'lake-session-')));
  const [shop, bin, home] = ['shop', 'bin', 'home'].map((name) => join(base, name));
  for (const folder of [shop, bin, home]) mkdirSync(folder);
  cpSync(join(root, 'data'), join(shop, 'data'), { recursive: true });
  const clock = new URL('sessions-clock.mjs', import.meta.url).href;
  const program = `exec "${process.execPath}" --import "${clock}" "${join(root, 'dist/program/lake.js')}"`;
  writeFileSync(join(bin, 'lake'), `#!/bin/sh\n${program} "$@"\n`, { mode: 0o755 });
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift\n${program} "$@"\n`, { mode: 0o755 });
  return { base, shop, bin, home };
}

/** What the command prints, errors of lake included. */
function run(command, { shop, bin, home }, minute) {
  const { PATH = '' } = process.env;
  const time = new Date(FIRST_DAY + minute * 60_000).toISOString();
  const env = { PATH: `${bin}${delimiter}${PATH}`, HOME: home, LANG: 'C.UTF-8', SESSION_TIME: time };
  const done = spawnSync('bash', ['-c', command], { cwd: shop, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.error !== undefined) throw done.error;
  // What is said of slow runs depends on the machine.
  const printed = done.stdout.replace(/^Much faster, .*\n( {2}npm install .*\n)?/m, '');
  const notes = done.stderr.split('\n').filter((line) => line.startsWith('lake: '));
  return `${printed}${notes.map((line) => `${line}\n`).join('')}`.replaceAll(shop, SHOWN_FOLDER);
}

/** The first rows of each paragraph. */
function shortened(output, rows) {
  return output
    .split('\n\n')
    .map((paragraph) => {
      const lines = paragraph.split('\n');
      const isLong = lines.filter((line) => line !== '').length > rows + 1;
      return isLong
        ? [...lines.slice(0, rows), '  …', ...(paragraph.endsWith('\n') ? [''] : [])].join('\n')
        : paragraph;
    })
    .join('\n\n');
}

function played({ options, commands, rows }, folders, minuteOf) {
  const parts = commands.map((command) => {
    const shown = `$ ${command.replaceAll('\n', '\n> ')}\n`;
    return shown + shortened(run(command, folders, minuteOf()), rows);
  });
  return `\`\`\`console${options}\n${parts.join('\n').trimEnd()}\n\`\`\``;
}

/** Without what may be another in every run. */
function essence(text) {
  return text
    .replaceAll(/\b\d+(\.\d+)? ([kMG]?B|s|min)(\/s)?\b/g, '<amount>')
    .replaceAll(/\d\d:\d\d(:\d\d(\.\d+)?)?/g, '<time>')
    .replaceAll(/\b[0-9a-f]{8,}\b/g, '<hash>')
    .replaceAll(/[ ─]+/g, ' ');
}

/** The document with what its commands print now. */
function madeAgain(text) {
  const folders = prepare();
  let minute = 0;
  const minuteOf = () => minute++;
  try {
    const pieces = [];
    let end = 0;
    for (const step of stepsOf(text)) {
      pieces.push(text.slice(end, step.at));
      if (step.isHidden) step.commands.forEach((command) => run(command, folders, minuteOf()));
      const now = step.isHidden ? step.whole : played(step, folders, minuteOf);
      pieces.push(essence(now) === essence(step.whole) ? step.whole : now);
      end = step.at + step.whole.length;
    }
    return [...pieces, text.slice(end)].join('');
  } finally {
    rmSync(folders.base, { recursive: true });
  }
}

const given = process.argv.slice(2);
const isCheck = given.includes('--check');
const chosen = given.filter((word) => !word.startsWith('--'));
for (const document of chosen.length > 0 ? chosen : documents) {
  const path = join(root, document);
  const text = readFileSync(path, 'utf8');
  const now = madeAgain(text);
  if (now === text) continue;
  if (!isCheck) writeFileSync(path, now);
  else process.exitCode = 1;
  console.log(`${document}: ${isCheck ? 'stale sessions; run node docs/sessions.mjs' : 'rewritten'}`);
}
