// Where things are, whether this code runs from its source (in tests) or compiled (`reliability/.build`).

import { fileURLToPath } from 'node:url';

const here = import.meta.url;
const isCompiled = here.includes('/reliability/.build/');

/** Of the repository, with `/` at the end. */
export const repository = new URL(isCompiled ? '../../../' : '../', here);

/** The compiled product (`src`), for processes of their own; with `/` at the end. */
export const compiledProduct = new URL(isCompiled ? 'reliability/.build/src/' : 'dist/', repository);

/** A program in `reliability/` that is run as it is. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`reliability/${name}`, repository));
}
