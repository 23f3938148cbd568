// The inputs of the workloads: a year of about a million events in two shapes, and the day after it.
// Few users: the generator's data set of 38,000 users. Many users: 90,000 users with 100,000 subscriptions, whose log is the
// signups and one in seven of the other lines of a product of 245,000 users, taken for 90,000. A decade: ten years of
// few users, a file a year.

import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const DAYS = 365;
const FEW_USERS = 38_000;
const MANY_USERS = 90_000;
const SIMULATED_USERS = 245_000;
/** Of the lines that are no signups, every so many-th is kept. */
const THINNING = 7;

/** Makes what is not there yet: the whole data set (`full`) and the day after it (`day`), as folders below `work`. */
export async function makeShape(shape, { work, scale, lines = 2900 }) {
  const { generate } = await import('../dist/generate/generate.js');
  const { generateIncrement } = await import('../dist/generate/increment.js');
  const folder = (name) => join(work, `${shape}-${name}-${scale}`);
  const folders = { full: folder('full'), day: folder('day') };
  if (existsSync(folders.day)) return folders;
  const count = (users) => Math.max(100, Math.round(users * scale));
  if (shape === 'many') {
    const users = count(SIMULATED_USERS);
    const raw = { full: folder('raw-full'), day: folder('raw-day') };
    await generate({ seed: 42, users, days: DAYS, outDir: raw.full });
    await generateIncrement({ seed: 42, users, days: DAYS, lines: lines * THINNING, outDir: raw.day });
    for (const part of ['full', 'day']) {
      await condense(raw[part], folders[part], count(MANY_USERS));
      rmSync(raw[part], { recursive: true });
    }
    return folders;
  }
  const users = count(FEW_USERS);
  const [days, splitDays] = shape === 'decade' ? [10 * DAYS, DAYS] : [DAYS, undefined];
  await generate({ seed: 42, users, days, outDir: folders.full, ...(splitDays && { splitDays }) });
  await generateIncrement({ seed: 42, users, days, lines, outDir: folders.day });
  return folders;
}

const USER = /"user-0*(\d+)"/;

/** The files of a folder, users beyond `users` taken for one of them; of a log, fewer lines. */
async function condense(from, to, users) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const isLog = name.endsWith('.ndjson');
    const out = createWriteStream(join(to, name), 'latin1'); // bytes stay what they are
    const lines = createInterface({ input: createReadStream(join(from, name), 'latin1') });
    let others = 0;
    for await (const line of lines) {
      const user = Number(USER.exec(line)?.[1] ?? 0);
      const isSignup = isLog && line.includes('"signup"');
      if (isSignup ? user > users : isLog && others++ % THINNING !== 0) continue;
      if (!out.write(`${user > users ? line.replace(USER, `"${nameOf(user, users)}"`) : line}\n`))
        await once(out, 'drain');
    }
    out.end();
    await once(out, 'close');
  }
}

const nameOf = (user, users) => `user-${String(((user - 1) % users) + 1).padStart(7, '0')}`;
