// What is wrong with a project's files: collected, so that one run tells all of it, each with its place.

import { LakeError } from '../common/errors.js';

/** A place in a file of a project; line and column count from 1. */
export interface Place {
  /** Relative to the project's folder, pieces joined by `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong: what was expected, what was found, and what was probably meant, in one sentence. */
interface Problem {
  readonly place: Place;
  readonly message: string;
}

/** A list of problems that parsers add to and go on, so that a file's later faults are found too. */
export class Problems {
  readonly #all: Problem[] = [];

  add(place: Place, message: string): void {
    this.#all.push({ place, message });
  }

  /** In the order of files, lines and columns. */
  get all(): readonly Problem[] {
    return this.#all.toSorted(
      (a, b) =>
        Number(a.place.file > b.place.file) - Number(a.place.file < b.place.file) ||
        a.place.line - b.place.line ||
        a.place.column - b.place.column,
    );
  }

  /** @throws LakeError `invalid-input` with every problem on a line of its own, when there is one */
  throwIfAny(): void {
    if (this.#all.length === 0) return;
    const [first] = this.all;
    const lines = this.all.map(({ place, message }) => `${shownPlace(place)}: ${message}`);
    throw new LakeError('invalid-input', lines.join('\n'), {
      details: { problems: this.#all.length, ...first?.place },
    });
  }
}

/** `lake.yaml:12:7`, as editors and terminals open it. */
const shownPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;
