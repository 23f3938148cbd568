// `lake completion`: what a shell needs to complete commands, flags and tables.

import { defineCommand } from '../command.js';
import { COMPLETE } from '../completion.js';
import { parseChoice } from '../flags.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

const scripts: Readonly<Record<(typeof SHELLS)[number], readonly string[]>> = {
  bash: [
    '_lake() {',
    "  local IFS=$'\\n'",
    `  COMPREPLY=($(lake ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))`,
    '}',
    'complete -o default -F _lake lake',
  ],
  zsh: [
    '_lake() {',
    '  local -a found',
    `  found=(\${(f)"$(lake ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)"})`,
    '  if (( $#found )); then compadd -- $found; else _files; fi',
    '}',
    'compdef _lake lake',
  ],
  fish: [`complete -c lake -a '(lake ${COMPLETE} (commandline -opc)[2..] (commandline -ct))'`],
};

/** `lake completion`: prints the script that completes commands for a shell. Changes nothing. */
export const completion = defineCommand({
  name: ['completion'],
  about: 'completes commands, flags and tables in bash, zsh or fish',
  details:
    'Prints a script for the shell. To have it in every session, add to ~/.bashrc or ~/.zshrc the line of the ' +
    'examples; for fish write it to ~/.config/fish/completions/lake.fish.',
  words: { usage: '[bash|zsh|fish]', least: 0, most: 1 },
  flags: {},
  examples: [
    ['completion bash', 'as a line of ~/.bashrc: source <(lake completion bash)'],
    ['completion zsh', 'as a line of ~/.zshrc: source <(lake completion zsh)'],
  ],
  async run({ words: [given] }, session) {
    const shell = parseChoice('lake completion', given ?? shellOf(session.env['SHELL']), SHELLS);
    await session.data({ shell, script: scripts[shell].join('\n') }, () => scripts[shell]);
  },
});

/** The shell that the user works in, as far as it is known here. */
const shellOf = (path = ''): string => SHELLS.find((name) => path.endsWith(`/${name}`)) ?? 'bash';
