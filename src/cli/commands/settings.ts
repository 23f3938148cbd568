// `lake settings`: the settings of this lake, and where they come from.

import { withoutSecrets } from '../../lake/outgoing/address.js';
import type { LakeSettings } from '../../lake/settings/settings.js';
import { defineCommand, switchFlag } from '../command.js';
import { duration } from '../output/figures.js';
import { measure, type Style } from '../output/style.js';
import { wrap } from '../output/terminal-text.js';

/**
 * `lake settings`: the settings that apply and the file they come from, or their JSON schema. Only reads.
 */
export const settings = defineCommand({
  name: ['settings'],
  about: 'the settings of this lake, and where they come from',
  details:
    'Settings of a project stand in its lake.yaml. Without one they are read from lake.config.json, in the ' +
    'working folder or beside the lake, or from --config FILE. Those about rows (rates, eventTypes, eventDates) decide what is accepted: after changing them, ' +
    'see lake replay and lake backfill. Commands and addresses (alerts, lineage) in a file that was found ' +
    'apply only after "lake trust"; those in your own settings.json and in the environment ' +
    '(LAKE_ALERT_COMMAND, LAKE_ALERT_URL, LAKE_LINEAGE_FILE, LAKE_LINEAGE_URL) always apply.',
  flags: { schema: switchFlag('the JSON Schema of the settings file, for editors') },
  examples: [
    ['settings', 'what holds here'],
    ['settings --schema > lake.schema.json', 'for editors'],
  ],
  async run({ flags }, session) {
    if (flags.schema === true) {
      const { projectSchema, settingsSchema } = await import('../../lake/open.js');
      const schema = await (session.project === undefined ? settingsSchema() : projectSchema());
      return session.output.write(`${JSON.stringify(schema, null, 2)}\n`);
    }
    await session.withLake(async (lake) => {
      const { settingsFile: file, untrusted } = lake;
      const held = { settings: printable(lake.settings), file, untrusted };
      const isProject = session.project !== undefined;
      await session.answer(held, () => settingsText(held, isProject, session.style));
    });
  },
});

const NAME_WIDTH = 14;

/** What holds, and where it was said. */
interface Held {
  readonly settings: LakeSettings;
  readonly file: string | null;
  /** Named by the file, and not used. */
  readonly untrusted: readonly string[];
}

/** Passwords and keys in addresses are for the receiver alone. */
function printable({ alerts, lineage, ...others }: LakeSettings): LakeSettings {
  const shown = <Targets extends { readonly url?: string }>(targets: Targets): Targets =>
    targets.url === undefined ? targets : { ...targets, url: withoutSecrets(targets.url) };
  return { ...others, alerts: shown(alerts), lineage: shown(lineage) };
}

function settingsText(
  { settings: held, file, untrusted }: Held,
  isProject: boolean,
  style: Style,
): readonly string[] {
  const from = file === null ? 'There is no lake.config.json; the defaults apply' : `Settings of ${file}`;
  const lines = entries(held, isProject).flatMap(([name, value]) =>
    wrap(value === '' ? 'none' : value, measure(style, NAME_WIDTH + 4)).map(
      (line, at) => `  ${(at === 0 ? name : '').padEnd(NAME_WIDTH)}${line}`,
    ),
  );
  return [style.strong(from), '', ...lines, ...untrustedLines(untrusted, style)];
}

function untrustedLines(untrusted: readonly string[], style: Style): readonly string[] {
  if (untrusted.length === 0) return [];
  const text = `Not used, because the file is not trusted: ${untrusted.join(', ')}. Look at it, then:`;
  return ['', ...wrap(text, measure(style)), `  ${style.strong('lake trust')}`];
}

/** What decides the rows of a project is its sources, which are told by their names alone. */
function entries(
  { rows, checks, limits, anomalies, retention, alerts, lineage, engine, iceberg, spark }: LakeSettings,
  isProject: boolean,
): readonly (readonly [string, string])[] {
  const { keep, olderThanMs } = retention;
  const isDefault = keep === undefined && olderThanMs === undefined;
  return [
    ...Object.entries(rows).map(
      ([name, value]) =>
        [
          name,
          isProject && name === 'sources' ? Object.keys(value as object).join(', ') : rowSetting(value),
        ] as const,
    ),
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
    ['engine', engine],
    ['iceberg', members(iceberg)],
    ...(spark.writeFrom === undefined ? [] : [['spark', members(spark)] as const]),
  ];
}

/** A list adds to what is built in; days have a first and a last. */
function rowSetting(value: unknown): string {
  if (Array.isArray(value)) return ['the built-in ones', ...(value as readonly string[])].join(', ');
  const { from, to } = value as Readonly<Record<string, string>>;
  return from === undefined || to === undefined ? members(value as object) : `${from} to ${to}`;
}

const members = (object: object): string =>
  Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
