// How a lake is opened, for those who open one and for those who are given a way to.

import type { StoreAccess } from './store-access.js';
import type { Storage } from '../storage/storage.js';
import type { EngineChoice } from '../engine/choose-engine.js';
import type { PipelinePart } from '../pipeline/define/pipeline-part.js';
import type { LakeSettings, OutgoingKey } from './settings/settings.js';

/** How a lake is opened; part of nothing that is stored. */
export interface OpenOptions {
  /** The lake's folder, made by the first ingest; or `s3://bucket/prefix`. */
  readonly location: string;
  /** What lies there; a folder of this disk unless given. */
  readonly storage?: Storage;
  /** How it is reached again, from another thread; nothing special unless given. */
  readonly access?: StoreAccess;
  /** What fills it; the built-in pipeline unless given. */
  readonly pipeline?: PipelinePart;
  /** The pipeline's defaults unless given. */
  readonly settings?: LakeSettings;
  readonly settingsFile?: string | null;
  /** What that file names and nobody trusts; nothing unless said. */
  readonly untrusted?: readonly OutgoingKey[];
  /** The SQL engine; that of the settings unless given. */
  readonly engine?: EngineChoice;
  /** The address of the Spark that `spark` means, `sc://host:port`. No settings file says it. */
  readonly spark?: string;
  /** Where that Spark's machines have the program that parses logs; a run hands it to them unless said. */
  readonly sparkProgram?: string;
  /** Lines for people: warnings, waiting. */
  readonly log?: (level: 'debug' | 'info' | 'warn', message: string) => void;
}
