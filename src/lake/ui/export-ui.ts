// `lake ui --export`: the page as a folder for any web server that gives files as they are.

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LakeError } from '../../common/errors.js';
import type { Parts } from '../lake-context.js';
import { contentPolicy, pageFiles, pageSettings } from './page-files.js';

/** What was written. */
export interface ExportedUi {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Writes the page into a folder that is empty or holds an older page.
 * @throws LakeError `invalid-input` for a folder with other files in it; `out-of-resources`
 */
export async function exportUi(parts: Parts, out: string): Promise<ExportedUi> {
  const path = resolve(out);
  await refuseOthers(path);
  const files = [...(await pageFiles()), ['ui.json', () => settingsFile(parts)] as const];
  let bytes = 0;
  try {
    await mkdir(path, { recursive: true });
    for (const [name, read] of files) {
      const content = name === 'index.html' ? guarded(await read()) : await read();
      await writeFile(join(path, name), content);
      bytes += content.length;
    }
  } catch (cause) {
    throw new LakeError('out-of-resources', `Cannot write the page to ${path}: ${String(cause)}.`, { cause });
  }
  return { path, files: files.length, bytes };
}

const settingsFile = async (parts: Parts): Promise<Uint8Array> =>
  new TextEncoder().encode(await pageSettings(parts, { lake: null, lists: false }));

/** Without a server of ours the document itself carries the policy. A lake may lie at any address. */
function guarded(html: Uint8Array): Uint8Array {
  const policy = contentPolicy("'self' http: https:");
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
  return new TextEncoder().encode(
    new TextDecoder().decode(html).replace(/<meta charset="utf-8" ?\/?>/, (charset) => charset + meta),
  );
}

/** Nothing of anyone's is written over. */
async function refuseOthers(path: string): Promise<void> {
  const names: readonly string[] = await readdir(path).catch(() => []);
  if (names.length === 0 || names.includes('ui.json')) return;
  throw new LakeError(
    'invalid-input',
    `--export: ${path} holds ${names.length} other files (${names.slice(0, 3).join(', ')}); expected a folder that is empty, new, or holds an older page.`,
    { details: { flag: '--export', path } },
  );
}
