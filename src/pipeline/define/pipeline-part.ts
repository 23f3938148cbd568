// A pipeline as a part that a lake is put together of: its definition under settings, and what users may set about rows.

import type { z } from 'zod';
import { isLakeError } from '../../common/errors.js';
import type { Pipeline } from './pipeline.js';
import type { RecordedSettings } from './spec/pipeline-spec.js';

/** One way to fill a lake. `lake/open.ts` chooses it; nothing else knows which one there is. */
export interface PipelinePart {
  /** The name of its definitions, whatever the settings. */
  readonly name: string;
  readonly settings: RowSettings;
  /**
   * The definition under settings that decide rows: `settings.defaults`, or what came of a settings file or a snapshot.
   * @throws LakeError `invalid-input` for settings that are none of this pipeline
   */
  under(settings: RecordedSettings): Pipeline;
}

/** The definition under settings that a snapshot recorded; undefined where they are none: anyone may have written them. */
export function underRecorded(
  under: PipelinePart['under'],
  recorded: RecordedSettings,
): Pipeline | undefined {
  try {
    return under(recorded);
  } catch (error) {
    if (!isLakeError(error, 'invalid-input')) throw error;
    return undefined;
  }
}

/** What users may set about rows: keys of the settings file, and what they come to. */
export interface RowSettings {
  /** What holds until users set something. */
  readonly defaults: RecordedSettings;
  /** The keys with their shapes; none is required. */
  readonly shape: z.ZodRawShape;
  /**
   * The settings that a file of that shape comes to.
   * @param path of the file, for messages
   * @throws LakeError `invalid-input` for values that contradict each other
   */
  read(file: Readonly<Record<string, unknown>>, path: string): RecordedSettings;
}
