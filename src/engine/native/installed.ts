// Whether native DuckDB is there: a package that users install beside lake when they want it.

import { createRequire } from 'node:module';
import { LakeError } from '../../common/errors.js';

const packageName = '@duckdb/node-api';

/** The version that lake is tested with: every table comes out byte for byte as in DuckDB-WASM. */
export const nativeVersion = '1.5.6-r.1';

/** What a person types to have it. */
export const installLine = `npm install ${packageName}@${nativeVersion}`;

/** The installed version, or undefined where there is none. */
function installedNative(): string | undefined {
  try {
    const { version } = createRequire(import.meta.url)(`${packageName}/package.json`) as { version: string };
    return version;
  } catch {
    return undefined;
  }
}

/** Whether the tested version is installed. */
export const hasNative = (): boolean => installedNative() === nativeVersion;

/** @throws LakeError `not-found` with the line that installs it, unless it is there in the tested version */
export function requireNative(): void {
  const found = installedNative();
  if (found === nativeVersion) return;
  const actual =
    found === undefined ? 'it is not installed' : `version ${found} is installed, not ${nativeVersion}`;
  throw new LakeError(
    'not-found',
    `The engine "native" is DuckDB as the package ${packageName}; ${actual}. Install it with "${installLine}", or use --engine wasm.`,
  );
}
