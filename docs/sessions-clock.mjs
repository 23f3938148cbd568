// The clock of a documented session: it starts when SESSION_TIME says, and goes on like any other. What depends on the day
// (freshness, ingest dates) is then the same whenever the documents are made.

const start = Date.parse(process.env.SESSION_TIME ?? '');
if (!Number.isNaN(start)) {
  const origin = start - performance.now();
  Object.defineProperty(performance, 'timeOrigin', { value: origin });
  Date.now = () => Math.round(origin + performance.now());
}
