// `lake trust`: allows the settings file of this folder to name commands and addresses, as long as it stays as it is.

import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LakeError } from '../../common/errors.js';
import { withoutSecrets } from '../../lake/outgoing/address.js';
import type { OutgoingSettings } from '../../lake/settings/settings.js';
import type { TrustState } from '../../lake/settings/trust.js';
import { PROJECT_FILE } from '../../project/find-project.js';
import { defineCommand, switchFlag } from '../command.js';
import { moment } from '../output/figures.js';
import type { Style } from '../output/style.js';
import { textTable } from '../output/text-table.js';
import type { Session } from '../session.js';

/** `lake trust`: records the settings file of this folder, by path and content, as the user's own. Changes no lake. */
export const trust = defineCommand({
  name: ['trust'],
  about: "lets this folder's settings run commands and send to addresses",
  details:
    'A lake.yaml or lake.config.json that happens to lie here or beside a lake may come from anyone: ' +
    'its alerts.command, alerts.url, lineage.file and lineage.url are not used until you allow them here. ' +
    'What is trusted is the file as it is now (its path and SHA-256, recorded in your own folder, ' +
    '~/.config/lake); after a change it must be trusted again. Your own settings.json in that folder, ' +
    'variables, flags and files named with --config need no trust.',
  words: { usage: '[DIR]', least: 0, most: 1 },
  flags: {
    list: switchFlag('what is trusted'),
    revoke: switchFlag('take it back'),
  },
  examples: [
    ['trust', 'the settings that hold here'],
    ['trust shop --revoke', 'no longer trust that of the folder shop'],
  ],
  async run({ flags, words: [dir] }, session) {
    if (flags.list === true && (flags.revoke === true || dir !== undefined))
      throw new LakeError('invalid-input', 'lake trust: --list takes nothing else.');
    if (flags.list === true) return listTrusted(session);
    return flags.revoke === true ? revoke(dir, session) : trustFileOf(dir, session);
  },
});

async function listTrusted(session: Session): Promise<void> {
  const { trustStates } = await import('../../lake/settings/trust.js');
  const files = await trustStates(session.env);
  await session.answer({ trusted: files }, () => listText(files, session.style));
}

function listText(files: readonly TrustState[], style: Style): readonly string[] {
  if (files.length === 0) return ['No settings file is trusted.'];
  const columns = [{ header: 'file', maxWidth: 40 }, { header: 'since (UTC)' }, { header: '' }];
  const said = { trusted: '', changed: 'changed since: not used', missing: 'not there any more' };
  const rows = files.map(({ path, trustedAt, state }) => [path, moment(trustedAt), said[state]]);
  return textTable(columns, rows, { style });
}

async function revoke(dir: string | undefined, session: Session): Promise<void> {
  const { revokeTrust } = await import('../../lake/settings/trust.js');
  const revoked = await revokeTrust(session.env, resolve(await fileIn(dir, session)));
  await session.report({ revoked }, () => [`${revoked.path} is no longer trusted.`]);
}

async function trustFileOf(dir: string | undefined, session: Session): Promise<void> {
  const { trustSettings } = await import('../../lake/open.js');
  const path = await fileIn(dir, session);
  const { trusted, outgoing } = await trustSettings(path, session);
  const named = namedLines(outgoing, session.style);
  await session.report({ trusted, settings: shown(outgoing) }, () =>
    named.length === 0
      ? [`${path} names no command and no address; there is nothing to trust.`]
      : [
          `${path} is trusted as it is now. Runs here use what it names:`,
          '',
          ...named,
          '',
          'When the file changes, look at it and trust it again.',
        ],
  );
}

/** The file of a folder, or the one that holds here: of a project its lake.yaml. */
async function fileIn(dir: string | undefined, { location, project }: Session): Promise<string> {
  const { settingsFileName, settingsFileOf } = await import('../../lake/settings/find-settings.js');
  if (dir !== undefined) {
    const isFolder = (await stat(dir).catch(() => undefined))?.isDirectory() === true;
    if (!isFolder) return dir;
    const isProject = (await stat(join(dir, PROJECT_FILE)).catch(() => undefined)) !== undefined;
    return join(dir, isProject ? PROJECT_FILE : settingsFileName);
  }
  if (project !== undefined) return join(project, PROJECT_FILE);
  return (await settingsFileOf(undefined, location))?.path ?? settingsFileName;
}

/** A command in full, since it cannot be judged otherwise; addresses without their keys. */
const shown = ({ alerts, lineage }: OutgoingSettings): Readonly<Record<string, string>> => ({
  ...(alerts.command !== undefined && { 'alerts.command': alerts.command }),
  ...(alerts.url !== undefined && { 'alerts.url': withoutSecrets(alerts.url) }),
  ...(lineage.file !== undefined && { 'lineage.file': lineage.file }),
  ...(lineage.url !== undefined && { 'lineage.url': withoutSecrets(lineage.url) }),
});

const namedLines = (outgoing: OutgoingSettings, style: Style): readonly string[] =>
  textTable([{ header: '' }, { header: '' }], Object.entries(shown(outgoing)), { style });
