// Where readers find the lake: a URI as Iceberg's metadata has it, which readers take as it stands.

import { isAbsolute, resolve } from 'node:path';
import { LakeError } from '../common/errors.js';

/** Whether text is a URI with a scheme, or an absolute path of this machine. */
export const isLocation = (text: string): boolean =>
  /^[a-z][a-z0-9+.-]*:\/\/?[^/\s]?\S*$/i.test(text) || isAbsolute(text);

/**
 * The location without a slash at its end; a path becomes a `file://` URI.
 * @throws LakeError `invalid-input` for text that is neither, or that readers would take apart (`#`, `?`)
 */
export function locationOf(text: string): string {
  const odd = /[#?\s]/.exec(text)?.[0];
  if (!isLocation(text) || odd !== undefined)
    throw new LakeError(
      'invalid-input',
      `"${text}" cannot be where readers find the lake: expected a URI like s3://bucket/lake or an absolute path${odd === undefined ? '' : `, without "${odd}", which Iceberg readers take for something else`}. Give another with --location, or move the lake.`,
      { details: { location: text } },
    );
  const uri = isAbsolute(text) ? `file://${resolve(text)}` : text;
  return uri.replace(/\/+$/, '');
}
