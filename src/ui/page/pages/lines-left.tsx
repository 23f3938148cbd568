// Lines that were not looked for: no file of what arrived is bounded by the keys of its records, so a search reads all of a
// source. Of a large one that is done when a person asks for it.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { usePlace } from '../location.js';
import { size } from '../words.js';

/** What is read for lines without being asked for. */
const READ_AT_ONCE_BYTES = 4_000_000;

/** Whether the lines are wanted at any cost, and what to ask with. */
export interface WantedLines {
  readonly isWanted: boolean;
  /** The limit of a question about what arrived. */
  readonly most: { readonly readAtMost?: number };
  readonly want: () => void;
}

/** Wanted for the place that is shown; another one begins anew. */
export function useLines(): WantedLines {
  const { subject, query } = usePlace();
  const place = JSON.stringify([subject, query.getAll('where')]);
  const [wanted, setWanted] = useState<string>();
  const isWanted = wanted === place;
  return {
    isWanted,
    most: isWanted ? {} : { readAtMost: READ_AT_ONCE_BYTES },
    want: () => setWanted(place),
  };
}

/** The way on to the lines; nothing where they are shown. */
export function LinesLeft({
  bytes,
  lines,
}: {
  readonly bytes: number | undefined;
  readonly lines: WantedLines;
}): JSX.Element | null {
  if (bytes === undefined) return null;
  return (
    <p class="lines-left">
      <button type="button" onClick={lines.want}>
        Show the lines of the files
      </button>{' '}
      <span class="muted">They are looked for in all that arrived, {size(bytes)}.</span>
    </p>
  );
}
