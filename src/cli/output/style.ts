// Colour, sparingly, and only where a person looks.

export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const paint =
  (open: number, close: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${open}m${text}\u001b[${close}m`;
const asItIs = (text: string): string => text;

export const plainStyle: Style = { strong: asItIs, faint: asItIs, good: asItIs, bad: asItIs };

const colours: Style = { strong: paint(1, 22), faint: paint(2, 22), good: paint(32, 39), bad: paint(31, 39) };

/** Colours for a terminal that wants them: not when piped, with `NO_COLOR`, `--no-color` or a dumb terminal. */
export function styleFor(
  stream: { readonly isTTY?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
  noColor: boolean,
): Style {
  const isWanted = stream.isTTY === true && !noColor && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return isWanted ? colours : plainStyle;
}
