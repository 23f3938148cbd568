// What a shell may offer for the word under the cursor: names of commands, their flags, tables of the lake.

import { commonFlags, type Command, type FlagTable } from './command.js';

/** The word before which a shell puts the words of a line that it wants completed (`lake completion` prints its script). */
export const COMPLETE = '--get-completions';

/**
 * What the last of the words can become, sorted; nothing where the shell's own completion of files is right.
 * @param words those after `lake`, the last one unfinished, perhaps empty
 * @param tables names of tables, asked for only where one is expected
 */
export async function completionsOf(
  words: readonly string[],
  commands: readonly Command[],
  tables: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const command = commandOf(before, commands);
  const candidates = await candidatesFor({ last, before, command, commands, tables });
  return [...new Set(candidates)].filter((word) => word.startsWith(last)).sort();
}

interface Asked {
  readonly last: string;
  readonly before: readonly string[];
  readonly command: Command | undefined;
  readonly commands: readonly Command[];
  readonly tables: () => Promise<readonly string[]>;
}

async function candidatesFor({ last, before, command, commands, tables }: Asked): Promise<readonly string[]> {
  const flags = { ...commonFlags, ...command?.flags };
  if (last.startsWith('-')) return [...Object.keys(flags), 'help'].map((flag) => `--${flag}`);
  const flag = before.at(-1)?.replace(/^--/, '') ?? '';
  const isValue =
    before.at(-1)?.startsWith('--') === true && flags[flag as keyof typeof flags]?.type === 'string';
  if (isValue) return flag === 'table' ? plain(await tables()) : [];
  if (command === undefined || command.name.length === 0) return nextNames(before, commands);
  return command.words?.usage === 'TABLE' ? plain(await tables()) : [];
}

/** The words that are no flags and no values of flags. */
function withoutFlags(words: readonly string[], commands: readonly Command[]): readonly string[] {
  const tables = [commonFlags, ...commands.map(({ flags }) => flags)] as readonly FlagTable[];
  const takesValue = (word = ''): boolean =>
    word.startsWith('--') && tables.some((flags) => flags[word.slice(2)]?.type === 'string');
  return words.filter((word, at) => !word.startsWith('-') && !takesValue(words[at - 1]));
}

/** The command with the longest name that the words begin with. */
function commandOf(words: readonly string[], commands: readonly Command[]): Command | undefined {
  const names = withoutFlags(words, commands);
  const begins = ({ name }: Command): boolean => name.every((word, at) => names[at] === word);
  return commands.filter(begins).sort((a, b) => b.name.length - a.name.length)[0];
}

function nextNames(before: readonly string[], commands: readonly Command[]): readonly string[] {
  const given = withoutFlags(before, commands);
  return commands
    .filter(({ name }) => name.length > given.length && given.every((word, at) => name[at] === word))
    .map(({ name }) => name[given.length] ?? '');
}

/** A shell takes what it is offered as text of a command line. */
const plain = (names: readonly string[]): readonly string[] => names.filter((name) => /^[\w.-]+$/.test(name));
