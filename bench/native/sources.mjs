// Which files a delivery holds, in the order in which they count.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const PATTERNS = {
  events: /^events.*\.ndjson$/,
  subscriptions: /^subscriptions.*\.json$/,
  spend: /^marketing_spend.*\.csv$/,
};

/** Runs of digits as numbers, all else by bytes: subscriptions, subscriptions-2, subscriptions-10. */
function compareNames(a, b) {
  const pieces = (name) => name.replace(/\.(ndjson|json|csv)$/, '').split(/(\d+)/);
  const [left, right] = [pieces(a), pieces(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const byNumber = i % 2 === 1 ? Number(BigInt(left[i]) - BigInt(right[i])) : 0;
    const order = i % 2 === 1 ? byNumber : Buffer.compare(Buffer.from(left[i]), Buffer.from(right[i]));
    if (order !== 0) return order;
  }
  return left.length - right.length || Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The files of each kind as `{ name, path }`, directory by directory. */
export function findSources(directories) {
  const found = { events: [], subscriptions: [], spend: [] };
  for (const directory of directories) {
    const names = readdirSync(directory).sort(compareNames);
    for (const [kind, pattern] of Object.entries(PATTERNS)) {
      const files = names.filter((name) => pattern.test(name));
      found[kind].push(...files.map((name) => ({ name, path: join(directory, name) })));
    }
  }
  return found;
}
