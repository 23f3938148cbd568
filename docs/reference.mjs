// docs/commands.md, made of the table of commands that --help is made of. With --check it only says whether it is stale.
// Needs a build.

import { readFileSync, writeFileSync } from 'node:fs';
import { commandReference } from '../dist/cli/command-reference.js';

const path = new URL('commands.md', import.meta.url);
const isCheck = process.argv.includes('--check');
const text = commandReference();
const old = (() => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
})();
if (text !== old) {
  if (isCheck) process.exitCode = 1;
  else writeFileSync(path, text);
  console.log(`docs/commands.md: ${isCheck ? 'stale; run node docs/reference.mjs' : 'rewritten'}`);
}
