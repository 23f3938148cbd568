// The commands as a document in Markdown, made of the table that the help is made of.

import { commonFlags, type Command, type FlagTable } from './command.js';
import { commands } from './commands/index.js';
import { EXIT_CODES } from './exit-codes.js';

/** `docs/commands.md`. */
export function commandReference(): string {
  return [
    '# Commands',
    '',
    '<!-- Made by docs/reference.mjs of what --help is made of. -->',
    '',
    '`lake help COMMAND` prints the same. A snapshot `S` is a number, `head`, `head~2`, a tag or a time (`2024-06-01`,',
    '`2024-06-01T12:00:00Z`: the last one committed until then). A table is `layer.table`, or a bare name that one layer has.',
    '',
    '## Flags of every command',
    '',
    ...flagRows(commonFlags),
    '',
    '## Exit codes',
    '',
    '| code | means |',
    '|---|---|',
    ...EXIT_CODES.map(({ code, meaning }) => `| ${code} | ${cell(meaning)} |`),
    ...commands.flatMap(section),
    '',
  ].join('\n');
}

function section({ name, words, about, details, flags, examples }: Command): readonly string[] {
  const line = ['lake', ...name, ...(words === undefined ? [] : [words.usage])].join(' ');
  return [
    '',
    `## ${['lake', ...name].join(' ')}`,
    '',
    `\`${line}\`: ${text(about)}.`,
    ...(details === undefined ? [] : ['', text(details)]),
    ...(Object.keys(flags).length === 0 ? [] : ['', ...flagRows(flags)]),
    '',
    '```',
    ...examples.map(
      ([example, what]) => `lake ${example}`.trimEnd().padEnd(examplesWidth(examples)) + `  # ${what}`,
    ),
    '```',
  ];
}

const examplesWidth = (examples: Command['examples']): number =>
  Math.max(...examples.map(([example]) => example.length)) + 'lake '.length;

/** `--limit N`: what it does. */
function flagRows(flags: FlagTable): readonly string[] {
  const rows = Object.entries(flags).map(([name, { describe = '', type }]) => {
    const [, value, about] = (type === 'string' ? /^([^:]+): ([^]*)$/.exec(describe) : null) ?? [];
    const flag = value === undefined ? `--${name}` : `--${name} ${value}`;
    return `| \`${flag}\` | ${cell(about ?? describe)} |`;
  });
  return ['| flag | |', '|---|---|', ...rows];
}

/** Stars and angle brackets mean something in Markdown. */
const text = (plain: string): string => plain.replace(/[*<_]/g, '\\$&');
const cell = (plain: string): string => text(plain).replaceAll('|', '\\|');
