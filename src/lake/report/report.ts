// One page that says where the business stands and how far its figures can be trusted.

import { stat } from 'node:fs/promises';
import { LakeError } from '../../common/errors.js';
import { writeWhole } from '../read/export.js';
import type { AtSnapshot } from '../operation-options.js';
import type { Parts } from '../lake-context.js';
import { reportContent } from './content.js';
import { page, pageAssets } from './page.js';

/** `lake report`. */
export interface ReportFile {
  readonly snapshot: number;
  readonly path: string;
  readonly bytes: number;
}

/**
 * Writes the page of a snapshot, whole or not at all; the same snapshot gives the same bytes.
 * @throws LakeError `not-found` for a snapshot that is none; `invalid-input` where `out` is a folder
 */
export async function report(
  parts: Parts,
  { out, snapshot }: AtSnapshot & { readonly out: string },
): Promise<ReportFile> {
  await refuseFolder(out);
  const [content, assets] = await Promise.all([reportContent(parts, snapshot), pageAssets()]);
  const text = page(content, assets);
  const written = await writeWhole(out, async (file) => void (await file.write(text)));
  return { snapshot: content.snapshot.id, ...written };
}

async function refuseFolder(out: string): Promise<void> {
  const found = await stat(out).catch(() => undefined);
  if (found?.isDirectory() === true)
    throw new LakeError('invalid-input', `${out} is a folder; give --out the name of a file in it.`, {
      details: { path: out },
    });
}
