// Every snapshot as an Iceberg table: on demand, and after every run where the settings say so.

import { messageOf } from '../../common/errors.js';
import { locationOf } from '../../iceberg/location.js';
import { publishTables, type Publication } from '../../iceberg/publish.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';
import { locationForReaders } from '../open-storage.js';
import type { OperationOptions } from '../operation-options.js';

/** What to publish, and where readers find it. */
export interface IcebergPublishOptions extends Pick<OperationOptions, 'signal'> {
  /** Only this table. */
  readonly table?: string;
  /** The URI of the lake's folder; that of the settings, or of this disk, unless said. */
  readonly location?: string;
}

/** Publishes the head, or one table of it. @throws LakeError */
export async function publishIceberg(
  parts: Parts,
  { table, location, signal }: IcebergPublishOptions = {},
): Promise<Publication> {
  const view = await viewAt(parts);
  const tables = table === undefined ? undefined : [(await tableNamed(view, table)).name];
  return publishTables(parts.storage, {
    location: locationOf(location ?? parts.settings.iceberg.location ?? locationForReaders(parts.location)),
    ...(tables && { tables }),
    ...(signal && { signal }),
  });
}

/** After a run: it has made its snapshot, so nothing that goes wrong here is an error. */
export async function publishAfter(parts: Parts): Promise<void> {
  try {
    await publishIceberg(parts);
  } catch (error) {
    const reason = messageOf(error);
    parts.runtime.log(
      'warn',
      `The snapshot was not published to Iceberg: ${reason} The run is not affected.`,
    );
  }
}
