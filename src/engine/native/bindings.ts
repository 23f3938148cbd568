// Native DuckDB's packages, loaded when they are first needed: users install them, lake does not.

import { createRequire } from 'node:module';
import type * as DuckDb from '@duckdb/node-api';
import type * as DuckDbBindings from '@duckdb/node-bindings';
import { requireNative } from './installed.js';

/** What the package of the native engine exports. */
export type Api = typeof DuckDb;
/** The layer below, where the memory of results is. */
export type Bindings = typeof DuckDbBindings;

/** @throws LakeError `not-found` where they are not installed */
export function loadNative(): { readonly api: Api; readonly bindings: Bindings } {
  requireNative();
  const require = createRequire(import.meta.url);
  const api = require('@duckdb/node-api') as Api;
  const ofApi = createRequire(require.resolve('@duckdb/node-api'));
  return { api, bindings: ofApi('@duckdb/node-bindings') as Bindings };
}
