// A new session as it must be: of a version that is known, and with settings that decide no row otherwise than elsewhere.

import { LakeError } from '../../common/errors.js';
import type { SparkSession } from './session.js';

/**
 * Asks a session's server what it is, and sets what the session needs.
 * @returns the version, empty where the server does not say
 * @throws LakeError `unsupported-storage` for a version that is not known, or whose sessions cannot be set as they must be
 */
export async function prepareSession(session: SparkSession): Promise<string> {
  const version = await versionOf(session);
  await session.configure(settings);
  await requireSettings(session);
  return version;
}

/** Of the session alone; whatever the server's own settings are. */
const settings: Readonly<Record<string, string>> = {
  'spark.sql.session.timeZone': 'UTC',
  'spark.sql.ansi.enabled': 'true', // overflow is an error, as everywhere else in the house
  'spark.sql.timestampType': 'TIMESTAMP_LTZ', // what TIMESTAMP means in a statement: an instant
  'spark.sql.decimalOperations.allowPrecisionLoss': 'true',
  'spark.sql.runSQLOnFiles': 'false', // no statement names a file
  'spark.sql.parser.escapedStringLiterals': 'false',
  'spark.sql.caseSensitive': 'false',
  'spark.sql.execution.arrow.useLargeVarTypes': 'false',
  'spark.sql.parquet.outputTimestampType': 'TIMESTAMP_MICROS',
  'spark.sql.parquet.writeLegacyFormat': 'false',
  'spark.sql.parquet.fieldId.write.enabled': 'true',
};

/** What the settings decide is the rows: a server that keeps its own would change them in silence. */
async function requireSettings(session: SparkSession): Promise<void> {
  const now = await session.settings(Object.keys(settings));
  for (const [name, wanted] of Object.entries(settings)) {
    const found = now.get(name);
    if (found === undefined || found === wanted) continue;
    throw new LakeError(
      'unsupported-storage',
      `The server keeps ${name} = ${found} in a session that was told ${wanted}, so that its rows would be others. Allow sessions to set it, or use --engine wasm.`,
    );
  }
}

/** A server may leave it open which Spark it is; one that says so must be one that is known. */
async function versionOf(session: SparkSession): Promise<string> {
  const version = await session.version().catch((error: unknown) => {
    if (error instanceof Error && /version/i.test(error.message)) return '';
    throw error;
  });
  if (version === '' || /^(?:3\.[5-9]|4\.)/.test(version)) return version;
  throw new LakeError(
    'unsupported-storage',
    `The server is Spark ${version}, expected Spark 3.5 or 4. Use another server, or --engine wasm.`,
  );
}
