// `lake ingest`: new batches become one snapshot, and a report of what happened.

import { LakeError } from '../../common/errors.js';
import { hasNative } from '../../engine/native/installed.js';
import { defineCommand, valueFlag } from '../command.js';
import { given, parseDay } from '../flags.js';
import { engineFlags } from '../engine-flag.js';
import { inProject } from '../open-session.js';
import { dryRunFlag } from '../row-flags.js';
import { ingestText } from '../output/reports/ingest.js';

const DEFAULT_DATA = 'data';

const STANDARD_INPUT = '-';

/** `lake ingest`: publishes one snapshot, or nothing and says why (exit 1 to 7). */
export const ingest = defineCommand({
  name: ['ingest'],
  about: 'the main job: new data becomes a new snapshot',
  details:
    'Reads events*.ndjson, subscriptions*.json and marketing_spend*.csv (or .gz) from folders, or single ' +
    'files; cleans them, rebuilds every table that they affect, checks the result, and publishes all of ' +
    'it as one snapshot or nothing. What the lake already holds is not read again. "-" with --source ' +
    'reads standard input.',
  words: { usage: '[PATH…]', least: 0, most: Infinity },
  flags: {
    data: valueFlag('DIR', `the folder to read without any PATH (default: ${DEFAULT_DATA})`),
    source: valueFlag('SOURCE', 'the source of "-" and of single files whose names tell none'),
    'ingest-date': valueFlag('DATE', 'the ingest date in bronze (default: today, UTC)'),
    'dry-run': dryRunFlag,
    'alert-command': valueFlag(
      'COMMAND',
      'receives a JSON document on standard input when checks raise alerts',
    ),
    'alert-url': valueFlag('URL', 'receives the same by POST'),
    'lineage-file': valueFlag('FILE', 'appends OpenLineage events of the run, one per line'),
    'lineage-url': valueFlag('URL', 'receives the same by POST, one by one'),
    ...engineFlags,
  },
  examples: [
    ['ingest', `read ${DEFAULT_DATA}/`],
    ['ingest exports/ late.ndjson.gz', 'a folder and a file'],
    ['ingest - --source events < e.ndjson', 'standard input'],
    ['ingest --dry-run', 'what would be done'],
  ],
  writes: true,
  async run({ flags, words }, session) {
    const paths = pathsToRead(words, flags.data, inProject(session.project, DEFAULT_DATA));
    const date = flags['ingest-date'];
    const options = given({
      ingestDate: date === undefined ? undefined : parseDay('--ingest-date', date),
      source: flags.source,
      stdin: paths.includes(STANDARD_INPUT) ? session.stdin : undefined,
    });
    await session.withLake(async (lake) => {
      const report = await lake.ingest({
        ...options,
        ...session.operation,
        paths,
        alerts: given({ command: flags['alert-command'], url: urlOf('--alert-url', flags['alert-url']) }),
        lineage: given({ file: flags['lineage-file'], url: urlOf('--lineage-url', flags['lineage-url']) }),
        dryRun: flags['dry-run'] === true,
      });
      const isShown = report.changed && !session.isJson && !session.isQuiet;
      const { headline, firstLook } = isShown ? await lake.outlook() : nothingToShow;
      await session.report(report, () =>
        ingestText(report, {
          headline,
          firstLook,
          style: session.style,
          isVerbose: session.isVerbose,
          hasNative: hasNative(),
        }),
      );
    });
  },
});

/** Of a run that changed nothing. */
const nothingToShow = { headline: [], firstLook: null };

function urlOf(flag: string, url: string | undefined): string | undefined {
  if (url === undefined || /^https?:\/\/[^/]/.test(url)) return url;
  throw new LakeError(
    'invalid-input',
    `${flag}: expected a URL that begins with http:// or https://.`, // what was given may hold a key
  );
}

function pathsToRead(words: readonly string[], data: string | undefined, unsaid: string): readonly string[] {
  if (words.length > 0 && data !== undefined) {
    throw new LakeError('invalid-input', 'lake ingest: give paths or --data, not both.');
  }
  const paths = words.length > 0 ? words : [data ?? unsaid];
  if (paths.includes(''))
    throw new LakeError('invalid-input', 'lake ingest: an empty path is no folder and no file.');
  return paths;
}
