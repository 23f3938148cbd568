// How text for people looks: emphasis, sparingly, and the width of the lines. What the marks become, the screen decides.

/** The look of a report. Whatever makes lines is given one. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  /** Cells of a line; Infinity where nobody looks: there nothing is cut. */
  readonly width: number;
}

const asItIs = (text: string): string => text;

/** No emphasis, no cut: for pipes and files. */
export const plainStyle: Style = {
  strong: asItIs,
  faint: asItIs,
  good: asItIs,
  bad: asItIs,
  width: Infinity,
};

/** A limit for people; without a terminal there is none. */
export const atMost = ({ width }: Style, cells: number): number => (width === Infinity ? Infinity : cells);

/** Lines of prose and lists are no longer than this, however wide the terminal is. */
const MEASURE = 80;

/** Cells for running text, less an indent. */
export const measure = ({ width }: Style, indent = 0): number => Math.min(width, MEASURE) - indent;
