// The physical lines of a log: where they start, which are blank, which are not simply an object and a line feed.

const LF = 10;
const CR = 13;
const BRACE = 123;
const END_BRACE = 125;

const isSpace = (byte) => byte === 32 || (byte >= 9 && byte <= 13);

/**
 * What a pass over the bytes finds. DuckDB's reader counts the lines that are not white space only: `starts` has their
 * offsets and ends, by that ordinal. `blanks` are the line numbers of the others, `odd` the ordinals of the lines whose bytes
 * are not `{`…`}` and a line feed.
 */
export function scanLines(bytes) {
  const starts = new Float64Array(1024);
  const state = { starts, count: 0, blanks: [], odd: [], lines: 0 };
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(LF, start);
    const end = found === -1 ? bytes.length : found;
    addLine(state, bytes, start, end, found !== -1);
    start = end + 1;
  }
  return state;
}

function addLine(state, bytes, start, end, isTerminated) {
  state.lines++;
  if (isBlank(bytes, start, end)) {
    state.blanks.push({ line: state.lines, before: state.count, start, end: isTerminated ? end + 1 : end });
    return;
  }
  if (bytes[start] !== BRACE || bytes[end - 1] !== END_BRACE || !isTerminated) state.odd.push(state.count);
  if (2 * state.count + 2 > state.starts.length) state.starts = grown(state.starts);
  state.starts[2 * state.count] = start;
  state.starts[2 * state.count + 1] = end;
  state.count++;
}

function isBlank(bytes, start, end) {
  for (let i = start; i < end; i++) if (!isSpace(bytes[i])) return false;
  return true;
}

function grown(array) {
  const larger = new Float64Array(array.length * 2 + 16);
  larger.set(array);
  return larger;
}

/** A line without its end: one CR before the line feed, or before the end of the file, belongs to it. */
export function lineAt(bytes, scan, ordinal) {
  const start = scan.starts[2 * ordinal];
  const end = scan.starts[2 * ordinal + 1];
  return bytes.subarray(start, bytes[end - 1] === CR ? end - 1 : end);
}

/** A line's bytes with its end. */
export function rawAt(bytes, scan, ordinal) {
  return bytes.subarray(scan.starts[2 * ordinal], Math.min(bytes.length, scan.starts[2 * ordinal + 1] + 1));
}
