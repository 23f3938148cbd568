// `lake settings`: what holds for this lake, and where it is said.

import type { LakeSettings } from '../../lake/settings/settings.js';
import { defineCommand, switchFlag } from '../command.js';
import { duration } from '../output/figures.js';
import type { Style } from '../output/style.js';
import { visible, wrap } from '../output/terminal-text.js';

export const settings = defineCommand({
  name: ['settings'],
  about: 'what holds for this lake, and where it is said',
  details:
    'Settings are read from lake.config.json, in the working folder or beside the lake, or from --config FILE. Those of ' +
    'rows (rates, eventTypes, eventDates) decide what is accepted: after a change of them see lake replay and lake backfill.',
  flags: { schema: switchFlag('the JSON Schema of lake.config.json, for editors') },
  examples: [
    ['settings', 'what holds here'],
    ['settings --schema > lake.config.schema.json', 'to name as "$schema" in the file'],
  ],
  async run({ flags }, session) {
    if (flags.schema === true) {
      const { settingsSchema } = await import('../../lake/open.js');
      return session.output.write(`${JSON.stringify(await settingsSchema(), null, 2)}\n`);
    }
    await session.withLake(async (lake) => {
      const { settings: held, settingsFile: file } = lake;
      await session.answer({ file, settings: held }, () => settingsText(held, file, session.style));
    });
  },
});

const NAME_WIDTH = 14;
const VALUE_WIDTH = 62;

export function settingsText(held: LakeSettings, file: string | null, style: Style): readonly string[] {
  const from =
    file === null ? 'There is no lake.config.json; the defaults hold' : `Settings of ${visible(file)}`;
  const lines = entries(held).flatMap(([name, value]) =>
    wrap(visible(value === '' ? 'none' : value), VALUE_WIDTH).map(
      (line, at) => `  ${(at === 0 ? name : '').padEnd(NAME_WIDTH)}${line}`,
    ),
  );
  return [style.strong(from), '', ...lines];
}

function entries({
  rows,
  checks,
  limits,
  anomalies,
  retention,
  alerts,
  lineage,
  iceberg,
}: LakeSettings): readonly (readonly [string, string])[] {
  const { keep, olderThanMs } = retention;
  const isDefault = keep === undefined && olderThanMs === undefined;
  return [
    ...Object.entries(rows).map(([name, value]) => [name, rowSetting(value)] as const),
    ['checks', members(checks)],
    ['limits', members(limits)],
    ['anomalies', members(anomalies)],
    [
      'retention',
      isDefault
        ? 'keep 20, olderThan 7 d'
        : members({ keep, olderThan: olderThanMs && duration(olderThanMs) }),
    ],
    ['alerts', members(alerts)],
    ['lineage', members(lineage)],
    ['iceberg', members(iceberg)],
  ];
}

/** A list adds to what is built in; days have a first and a last. */
function rowSetting(value: unknown): string {
  if (Array.isArray(value)) return ['the built-in ones', ...(value as readonly string[])].join(', ');
  const { from, to } = value as Readonly<Record<string, string>>;
  return from === undefined || to === undefined
    ? members(value as object)
    : `${from} to ${to}`;
}

const members = (object: object): string =>
  Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
