// Settings that start or send something: used only where the user of this machine said so.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FoundSettings } from '../../src/lake/settings/find-settings.js';
import { findSettings } from '../../src/lake/settings/find-settings.js';
import { runHere } from './run-here.js';
import type { CliResult } from './run-cli.js';
import { saas } from '../pipelines/built-in-saas.js';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'lake-strangers-'));
const home = join(root, 'home');
const shop = join(root, 'shop');
const lake = join(shop, 'lake');
const file = join(shop, 'lake.config.json');
const env = { HOME: home };
afterAll(() => rmSync(root, { recursive: true }));
beforeAll(() => {
  mkdirSync(home);
  mkdirSync(shop);
});
beforeEach(() => rmSync(join(home, '.config'), { recursive: true, force: true }));

const set = (document: object): void => writeFileSync(file, JSON.stringify(document));
const run = (...args: readonly string[]): Promise<CliResult> => runHere([...args, '--lake', lake], { env });
const found = (more: Readonly<Record<string, string>> = {}, named?: string): Promise<FoundSettings> =>
  findSettings({ lakeLocation: lake, pipeline: saas, env: { ...env, ...more }, named });
const own = (document: object): void => {
  mkdirSync(join(home, '.config/lake'), { recursive: true });
  writeFileSync(join(home, '.config/lake/settings.json'), JSON.stringify(document));
};

const outgoing = { alerts: { command: 'cat' }, lineage: { url: 'http://me:s3cret@127.0.0.1:9/k3y' } };

describe('a settings file that merely lies there', () => {
  it('runs no command, and says so in one line with the way to allow it', async () => {
    const touched = join(root, 'touched');
    set({ alerts: { command: `touch '${touched}'` }, checks: { orphan_refunds: 'off' } });
    const ingest = ['ingest', join(golden, '03-refunds/batch-1'), '--ingest-date', '2024-06-01'];
    const { code, stderr, stdout } = await run(...ingest);
    expect([code, existsSync(touched)]).toEqual([0, false]);
    expect(stderr.split('\n').filter((line) => line.includes('warning'))).toEqual([
      expect.stringMatching(/lake\.config\.json names alerts\.command, .* not used: .*: lake trust$/),
    ]);
    expect(stdout).not.toContain('orphan_refunds'); // the rest of it holds
    const quiet = await run(...ingest, '--quiet');
    expect(quiet.stderr).toMatch(/^lake: warning: \S+lake\.config\.json names alerts\.command, [^\n]*\n$/);

    expect((await run('trust', shop)).stdout).toContain(`touch '${touched}'`);
    const other = ['ingest', join(golden, '01-basic/batch-1'), '--ingest-date', '2024-06-01'];
    expect((await run(...other)).stderr).not.toContain('warning');
    expect(existsSync(touched)).toBe(true);
  }, 60_000);

  it('is a stranger again when it changes, when it moves, and when the trust is taken back', async () => {
    set(outgoing);
    expect((await found()).untrusted).toEqual(['alerts.command', 'lineage.url']);
    await run('trust', shop);
    expect(await found()).toMatchObject({ untrusted: [], settings: outgoing });

    set({ ...outgoing, retention: { keep: 3 } });
    expect((await found()).untrusted).toEqual(['alerts.command', 'lineage.url']);
    expect((await run('trust', '--list')).stdout).toMatch(/lake\.config\.json .* changed since: not used/);

    await run('trust', shop);
    const moved = await findSettings({ lakeLocation: join(root, 'moved/lake'), pipeline: saas, env });
    mkdirSync(join(root, 'moved'));
    writeFileSync(
      join(root, 'moved/lake.config.json'),
      JSON.stringify({ ...outgoing, retention: { keep: 3 } }),
    );
    expect(moved.settingsFile).toBe(null);
    expect(
      (await findSettings({ lakeLocation: join(root, 'moved/lake'), pipeline: saas, env })).untrusted,
    ).toHaveLength(2);

    expect((await found()).untrusted).toEqual([]);
    await run('trust', shop, '--revoke');
    expect((await found()).untrusted).toHaveLength(2);
    expect((await run('trust', shop, '--revoke')).code).toBe(5);
  });

  it('is shown with what is not used, and without passwords', async () => {
    set(outgoing);
    const { stdout } = await run('settings');
    expect(stdout).toContain('alerts.command, lineage.url');
    await run('trust', shop);
    for (const line of [['settings'], ['settings', '--json'], ['trust', shop], ['trust', shop, '--json']]) {
      const shown = await run(...line);
      expect(shown.stdout).toContain('http://127.0.0.1:9/…');
      expect(shown.stdout + shown.stderr).not.toMatch(/s3cret|k3y/);
    }
  });

  it('of which nothing needs trust is not written down', async () => {
    set({ retention: { keep: 3 }, lineage: { namespace: 'shop' } });
    expect(await found()).toMatchObject({ untrusted: [], settings: { lineage: { namespace: 'shop' } } });
    expect((await run('trust', shop)).stdout).toContain('nothing to trust');
    expect((await run('trust', '--list')).stdout).toContain('No settings file is trusted.');
  });
});

describe('what the user says', () => {
  it('holds: a file that is named, the own settings, variables', async () => {
    set(outgoing);
    expect((await found({}, file)).settings).toMatchObject(outgoing);
    own({ alerts: { url: 'http://own/' }, lineage: { file: 'own.ndjson' } });
    expect((await found()).settings).toMatchObject({
      alerts: { url: 'http://own/' },
      lineage: { file: 'own.ndjson' },
    });
    const variables = {
      LAKE_ALERT_URL: 'http://var/',
      LAKE_LINEAGE_FILE: 'var.ndjson',
      LAKE_ALERT_COMMAND: '',
    };
    expect((await found(variables)).settings).toMatchObject({
      alerts: { url: 'http://var/' },
      lineage: { file: 'var.ndjson' },
    });
  });

  it('is found where XDG_CONFIG_HOME says', async () => {
    set(outgoing);
    const elsewhere = { XDG_CONFIG_HOME: join(root, 'xdg') };
    await runHere(['trust', shop], { env: { ...env, ...elsewhere } });
    expect((await found(elsewhere)).untrusted).toEqual([]);
    expect((await found()).untrusted).toHaveLength(2);
  });

  it('is refused where it is no address, without repeating it', async () => {
    await expect(found({ LAKE_ALERT_URL: 'ftp://s3cret' })).rejects.toThrow(
      /^LAKE_ALERT_URL: expected a URL/,
    );
    await expect(found({ LAKE_LINEAGE_URL: 's3cret' })).rejects.not.toThrow('s3cret');
    const { code, stderr } = await run('ingest', root, '--alert-url', 'ftp://s3cret');
    expect([code, stderr]).toEqual([1, expect.not.stringContaining('s3cret')]);
  });

  it('cannot be written down without a home', async () => {
    set(outgoing);
    const { code, stderr } = await runHere(['trust', shop], {});
    expect([code, stderr]).toEqual([1, expect.stringContaining('HOME')]);
  });
});
