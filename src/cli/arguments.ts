// The command line as yargs reads it: a command with its flags and words, or a text to print (help, version).

import yargs from 'yargs';
import type { Argv, InferredOptionTypes } from 'yargs';
import { LakeError } from '../common/errors.js';
import { nearMiss } from '../common/near-miss.js';
import { commonFlags } from './command.js';
import type { Command, FlagTable, Input } from './command.js';
import { EXIT_CODES } from './exit-codes.js';
import { wrap } from './output/terminal-text.js';

/** The flags of every command, as they were given. */
export type CommonFlags = InferredOptionTypes<typeof commonFlags>;

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'run'; readonly command: Command; readonly input: Input; readonly common: CommonFlags };

type Parsed = Readonly<Record<string, unknown>> & { readonly _: readonly (string | number)[] };

/** @throws LakeError `invalid-input` for whatever is not a command, a flag or a word of the command */
export async function parseArguments(
  argv: readonly string[],
  commands: readonly Command[],
  version: string,
): Promise<Request> {
  const line = helpAsFlag(argv, commands);
  refuseUnclearFlags(line, commands);
  let text = '';
  try {
    await lakeParser(commands, version).parseAsync(commentsAsWords(line), {}, (_error, _parsed, output) => {
      text = output;
    });
  } catch (found) {
    if (!(found instanceof CommandFound)) throw found;
    return request(found.command, found.parsed, commands);
  }
  return { kind: 'text', text: withoutTypes(text) };
}

/**
 * How a command leaves the parser. One that a handler returned from would have the whole help laid out, for whoever asks
 * for it later: a tenth of what a short command takes.
 */
class CommandFound extends Error {
  constructor(
    readonly command: Command,
    readonly parsed: Parsed,
  ) {
    super('a command was found');
  }
}

/** `lake help ingest` is `lake ingest --help`. */
function helpAsFlag(argv: readonly string[], commands: readonly Command[]): readonly string[] {
  const [first, ...rest] = argv;
  if (first !== 'help') return argv;
  const [word] = rest.filter((each) => !each.startsWith('-'));
  const names = commands.flatMap(({ name }) => name.slice(0, 1));
  if (word !== undefined && !names.includes(word)) throw unknownCommand(word, names);
  return [...rest, '--help'];
}

/** SQL that begins with a comment looks like a flag, but no flag holds a space before its value. */
function commentsAsWords(argv: readonly string[]): string[] {
  const isComment = (word: string): boolean => /^--([^=\n]*\n|\s)/.test(word);
  return argv.includes('--') || !argv.some(isComment)
    ? [...argv]
    : [...argv.filter((word) => !isComment(word)), '--', ...argv.filter(isComment)];
}

function request(command: Command, parsed: Parsed, commands: readonly Command[]): Request {
  const words = parsed._.slice(command.name.length).map(String);
  refuseWords(command, words, commands);
  refuseUnknownFlags(command, parsed);
  refuseRepeats(parsed, { ...commonFlags, ...command.flags });
  return { kind: 'run', command, input: { words, flags: parsed }, common: parsed as unknown as CommonFlags };
}

const HELP_WIDTH = 80;

function lakeParser(commands: readonly Command[], version: string): Argv {
  const parser = yargs()
    .scriptName('lake')
    .locale('en') // else the help's own words depend on the machine
    .updateStrings({ string: '·', boolean: '·', array: '·' }) // the descriptions name the values: see withoutTypes
    .wrap(HELP_WIDTH)
    .exitProcess(false)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .fail((message, error) => {
      if (error instanceof LakeError || error instanceof CommandFound) throw error;
      throw usageError(message || error.message);
    })
    .options(commonFlags)
    .group([...Object.keys(commonFlags), 'help', 'version'], 'Common flags:')
    .help('help', 'this text')
    .alias('help', 'h')
    .version('version', 'the version of lake', version)
    .alias('version', 'v');
  const whole = commands.find(({ name }) => name.length === 0);
  if (whole !== undefined) parser.usage(usageText(whole));
  for (const name of new Set(commands.map((command) => command.name[0] ?? '$0'))) {
    const members = commands.filter((command) => (command.name[0] ?? '$0') === name);
    addCommands(parser, name, members);
  }
  return parser;
}

/** A command, or a group of them that share their first word. */
function addCommands(parser: Argv, name: string, members: readonly Command[]): void {
  const [only] = members;
  if (only !== undefined && only.name.length < 2) {
    addCommand(parser, name, only);
    return;
  }
  const names = members.map((member) => member.name[1] ?? '');
  parser.command(
    name,
    `${groupAbouts[name] ?? ''}: ${names.join(', ')}`,
    (group) => {
      for (const member of members) addCommand(group, member.name[1] ?? '', member);
      return group.usage(`lake ${name} ${names.join('|')}`);
    },
    (parsed) => {
      const given = parsed._[1];
      const meant = given === undefined ? undefined : nearMiss(String(given), names);
      const problem =
        given === undefined ? `lake ${name} needs one more word` : `unknown: lake ${name} ${given}`;
      throw usage(`${problem}; ${didYouMean(meant) ?? `expected ${anyOf(names)}`}`);
    },
  );
}

/** `list, show or diff`. */
const anyOf = (names: readonly string[]): string =>
  [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' or ');

const groupAbouts: Readonly<Record<string, string>> = {
  snapshot: 'the history of the lake',
  iceberg: 'the tables for readers of Apache Iceberg',
};

function addCommand(parser: Argv, name: string, command: Command): void {
  parser.command({
    command: name,
    describe: name === '$0' ? false : command.about,
    builder: (own) => describeCommand(own, command),
    handler: (parsed) => {
      throw new CommandFound(command, parsed);
    },
  });
}

function describeCommand(builder: Argv, command: Command): Argv {
  const isWholeProgram = command.name.length === 0;
  builder.options(command.flags).group(Object.keys(command.flags), 'Flags:');
  if (!isWholeProgram) builder.usage(usageText(command));
  for (const [example, about] of command.examples) builder.example(`lake ${example}`.trimEnd(), about);
  return isWholeProgram ? builder.epilogue(exitCodeHelp()) : builder;
}

function usageText({ name, words, about, details = sentence(about) }: Command): string {
  const rest = name.length === 0 ? ['[command]'] : [...(words === undefined ? [] : [words.usage]), '[flags]'];
  return `${['lake', ...name, ...rest].join(' ')}\n\n${details}`;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** The columns of a code and the space around it. */
const CODE_WIDTH = 7;

function exitCodeHelp(): string {
  const lines = EXIT_CODES.flatMap(({ code, meaning }) =>
    wrap(meaning, HELP_WIDTH - CODE_WIDTH).map(
      (line, at) => (at === 0 ? `  ${String(code).padStart(3)}  ` : ' '.repeat(CODE_WIDTH)) + line,
    ),
  );
  return ['Exit codes:', ...lines, '', 'lake help COMMAND says more about a command.'].join('\n');
}

/** Values are named in the descriptions, so the types that yargs marks are noise. */
function withoutTypes(help: string): string {
  return help.replaceAll(/\s*\[·\]$/gm, '');
}

// What is wrong with a command line

const usage = (message: string): LakeError =>
  new LakeError('invalid-input', message.endsWith('?') ? message : `${message}.`);

const didYouMean = (word: string | undefined): string | undefined =>
  word === undefined ? undefined : `did you mean ${word}?`;

/** Says in the words of this program what yargs found. */
function usageError(message: string): LakeError {
  const [, flag] = /^Not enough arguments following: (.*)$/.exec(message) ?? [];
  return usage(
    flag === undefined ? message : `--${flag} needs a value (one that begins with "-": --${flag}=-…)`,
  );
}

function refuseUnknownFlags(command: Command, parsed: Parsed): void {
  const known = [...Object.keys(commonFlags), ...Object.keys(command.flags), 'help', 'version', 'h', 'v'];
  const unknown = Object.keys(parsed).find((key) => key !== '_' && key !== '$0' && !known.includes(key));
  if (unknown === undefined) return;
  const long = known.filter((flag) => flag.length > 1);
  const meant =
    unknown.length === 1 ? long.find((flag) => flag.startsWith(unknown)) : nearMiss(unknown, long);
  const line = ['lake', ...command.name].join(' ');
  const flag = `${unknown.length === 1 ? '-' : '--'}${unknown}`;
  throw usage(`${line} has no flag ${flag}; ${didYouMean(meant && `--${meant}`) ?? `see ${line} --help`}`);
}

function refuseRepeats(parsed: Parsed, flags: FlagTable): void {
  const repeated = Object.keys(flags).find(
    (flag) => Array.isArray(parsed[flag]) && flags[flag]?.array !== true,
  );
  if (repeated !== undefined) throw usage(`--${repeated} is given more than once`);
}

/** `--dry-run=maybe` would silently be off. */
function refuseUnclearFlags(argv: readonly string[], commands: readonly Command[]): void {
  const flags: FlagTable = Object.assign(
    {},
    commonFlags,
    ...commands.map((command) => command.flags),
  ) as FlagTable;
  for (const argument of argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined)) {
    // yargs would look these up in what every object has.
    const [, name = ''] = /^--([^=\s]+)/.exec(argument) ?? [];
    if (name in Object.prototype) throw usage(`there is no flag --${name}; see lake --help`);
    const [, flag = '', value] = /^--([a-z-]+)=(.*)$/s.exec(argument) ?? [];
    if (flags[flag]?.type === 'boolean' && value !== 'true' && value !== 'false') {
      throw usage(`--${flag} takes no value (given: "${value ?? ''}")`);
    }
  }
}

function refuseWords(command: Command, words: readonly string[], commands: readonly Command[]): void {
  const { least, most, usage: expected } = command.words ?? { least: 0, most: 0, usage: '' };
  const line = ['lake', ...command.name].join(' ');
  if (words.length < least) throw usage(`${line} needs ${expected}`);
  const [extra] = words.slice(most);
  if (extra === undefined) return;
  if (command.name.length > 0) {
    const hint =
      'snapshot' in command.flags ? `give the snapshot as --snapshot ${extra}` : `see ${line} --help`;
    throw usage(`${line}: unexpected "${extra}"; ${hint}`);
  }
  throw unknownCommand(
    extra,
    commands.flatMap(({ name }) => name.slice(0, 1)),
  );
}

function unknownCommand(word: string, names: readonly string[]): LakeError {
  const all = `there are ${[...new Set(names)].join(', ')}`;
  return usage(`unknown command "${word}"; ${didYouMean(nearMiss(word, names)) ?? all}`);
}
