// Where settings come from. A file that merely lies there decides about tables and checks; what a run starts or sends is the
// user's to say: in a file that was named or trusted, in the user's own settings, or in the environment.

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LakeError } from '../../common/errors.js';
import { utf8Text } from '../../common/utf8-text.js';
import type { PipelinePart } from '../../pipeline/define/pipeline-part.js';
import { isObjectLocation } from '../../storage/object/location.js';
import { parseSettings, parseUserSettings, type UserSettings } from './settings-file.js';
import {
  defaultSettingsFor,
  outgoingKeys,
  type LakeSettings,
  type OutgoingKey,
  type OutgoingSettings,
} from './settings.js';
import { url } from './settings-shape.js';
import { isTrusted, userFolder, type Environment } from './trust.js';

/** The file's name, in the working folder or beside a lake. */
export const settingsFileName = 'lake.config.json';

/** What to look for, and where. */
export interface SettingsSearch {
  /** A path that the user named; it must be there, and is trusted. */
  readonly named?: string | undefined;
  readonly lakeLocation: string;
  /** It has settings of its own, and defaults. */
  readonly pipeline: PipelinePart;
  /** Where the user's own folder and variables are found. */
  readonly env?: Environment;
}

/** What holds, and where it was said. */
export interface FoundSettings {
  readonly settings: LakeSettings;
  /** Null: there is none. */
  readonly settingsFile: string | null;
  /** What `settingsFile` names and is not used, since nobody trusts it: `alerts.command`, … */
  readonly untrusted: readonly OutgoingKey[];
}

/**
 * The settings of a file, or of the first `lake.config.json` that there is: in the working folder, then beside the lake.
 * Defaults where there is none.
 * @throws LakeError `invalid-input` for a file that is missing, no JSON, or says what no setting is
 */
export async function findSettings({
  named,
  lakeLocation,
  pipeline,
  env = {},
}: SettingsSearch): Promise<FoundSettings> {
  const file = await settingsFileOf(named, lakeLocation);
  const said =
    file === undefined
      ? defaultSettingsFor(pipeline)
      : parseSettings(file.path, utf8Text(file.path, file.content), pipeline);
  return withUserSettings(said, { file, isNamed: named !== undefined, env });
}

/** Where settings were said. */
interface SaidIn {
  readonly file: SettingsFile | undefined;
  /** The user named the file, which is trusted then. */
  readonly isNamed: boolean;
  readonly env: Environment;
}

/** What a file says, as far as it is trusted, under what the user says for all lakes. */
export async function withUserSettings(
  said: LakeSettings,
  { file, isNamed, env }: SaidIn,
): Promise<FoundSettings> {
  const names = namedKeys(said);
  const isStranger =
    file !== undefined && !isNamed && names.length > 0 && !(await isTrusted(env, file.path, file.content));
  const { alerts, lineage } = isStranger ? withoutOutgoing(said) : said;
  const own = await userSettings(env);
  const variables = fromEnvironment(env);
  return {
    settings: {
      ...said,
      alerts: { ...own.alerts, ...alerts, ...variables.alerts },
      lineage: { ...own.lineage, ...lineage, ...variables.lineage },
    },
    settingsFile: file?.path ?? null,
    untrusted: isStranger ? names : [],
  };
}

/** A settings file as it was read. */
export interface SettingsFile {
  readonly path: string;
  readonly content: Buffer;
}

/** The file that holds; undefined where there is none. Throws as `findSettings` does. */
export async function settingsFileOf(
  named: string | undefined,
  lakeLocation: string,
): Promise<SettingsFile | undefined> {
  if (named !== undefined) return { path: named, content: await readFile(named).catch(missing(named)) };
  const beside = isObjectLocation(lakeLocation) ? [] : [join(dirname(lakeLocation), settingsFileName)];
  for (const path of [settingsFileName, ...beside]) {
    const content = await readFile(path).catch(noneOr(path));
    if (content !== undefined) return { path, content };
  }
  return undefined;
}

/** What of a file starts or sends something. */
export function namedKeys({ alerts, lineage }: OutgoingSettings): readonly OutgoingKey[] {
  const values: Readonly<Record<OutgoingKey, string | undefined>> = {
    'alerts.command': alerts.command,
    'alerts.url': alerts.url,
    'lineage.file': lineage.file,
    'lineage.url': lineage.url,
  };
  return outgoingKeys.filter((key) => values[key] !== undefined);
}

const withoutOutgoing = ({ lineage: { namespace } }: OutgoingSettings): OutgoingSettings => ({
  alerts: {},
  lineage: namespace === undefined ? {} : { namespace },
});

/**
 * What the user's own `settings.json` says; nothing where there is none.
 * @throws LakeError `invalid-input` for a file that is no such settings
 */
export async function userSettings(env: Environment): Promise<UserSettings> {
  const nothing: UserSettings = { alerts: {}, lineage: {}, cache: {} };
  const folder = userFolder(env);
  if (folder === undefined) return nothing;
  const path = join(folder, 'settings.json');
  const content = await readFile(path).catch(noneOr(path));
  return content === undefined ? nothing : parseUserSettings(path, utf8Text(path, content));
}

/** `LAKE_ALERT_COMMAND` and its like; an empty one says nothing. */
function fromEnvironment(env: Environment): OutgoingSettings {
  const address = (name: string): string | undefined => {
    const value = env[name];
    if (!value || url.safeParse(value).success) return value;
    throw new LakeError('invalid-input', `${name}: expected a URL that begins with http:// or https://.`);
  };
  const [command, file] = [env['LAKE_ALERT_COMMAND'], env['LAKE_LINEAGE_FILE']];
  const [alertUrl, lineageUrl] = [address('LAKE_ALERT_URL'), address('LAKE_LINEAGE_URL')];
  return {
    alerts: { ...(command && { command }), ...(alertUrl && { url: alertUrl }) },
    lineage: { ...(file && { file }), ...(lineageUrl && { url: lineageUrl }) },
  };
}

const missing =
  (path: string) =>
  (cause: NodeJS.ErrnoException): never => {
    throw new LakeError(
      'invalid-input',
      `${path}: the settings cannot be read; expected a JSON file. ${cause.message}`,
      { cause, details: { path } },
    );
  };

const noneOr =
  (path: string) =>
  (cause: NodeJS.ErrnoException): undefined => {
    if (cause.code === 'ENOENT') return undefined;
    return missing(path)(cause);
  };
