// How far a suite is: one line that is drawn again on a terminal, a line for every tenth elsewhere.

/** To be called with what is done; prints to stderr. */
export function progressOf(name: string): (done: number, total: number) => void {
  const { stderr } = process;
  const started = performance.now();
  let shownAt = 0;
  let tenth = 0;
  return (done, total) => {
    const seconds = (performance.now() - started) / 1000;
    const line = `${name.padEnd(14)} ${done}/${total} in ${seconds.toFixed(0)} s`;
    if (stderr.isTTY) {
      if (seconds - shownAt < 0.2 && done < total) return;
      shownAt = seconds;
      stderr.write(`\r\u001b[K${line}${done === total ? '\n' : ''}`);
    } else if (Math.floor((done / total) * 10) > tenth) {
      tenth = Math.floor((done / total) * 10);
      stderr.write(`${line}\n`);
    }
  };
}
