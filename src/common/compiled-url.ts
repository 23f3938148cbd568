// Where a worker thread's program is. Threads run compiled code, also when the caller is run from its TypeScript source.

/** The URL of `relative` (a `.js` file beside the caller), in `dist/` if the caller runs from `src/`. */
export function compiledUrl(callerUrl: string, relative: string): URL {
  return new URL(
    relative,
    callerUrl.endsWith('.ts') ? callerUrl.replace(/\/src\/(?!.*\/src\/)/, '/dist/') : callerUrl,
  );
}

/** The program that a thread of the caller begins with; a bundle has its own in its place (`src/bundle-program.mjs`). */
export function threadProgram(callerUrl: string, relative: string): URL {
  return compiledUrl(callerUrl, relative);
}
