// In the place of d3-transition, which comes with d3 and which nobody here uses: charts are drawn, not moved.

/** Ends nothing: there are no transitions. */
export function interrupt(): void {
  // none to end
}

/** There is none that is at work. */
export function active(): null {
  return null;
}

/** @throws Error always */
export function transition(): never {
  throw new Error('charts are drawn without transitions');
}
