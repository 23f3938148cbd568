// The part of a project that decides rows, as every run records it: sources and rates, as they are written.

import { z } from 'zod';
import type { RecordedSettings, SourceSpec } from '../../pipeline/define/spec/pipeline-spec.js';
import type { Problems } from '../problems.js';
import { knownProjectKeys, type ProjectDocument, projectShape } from '../document.js';
import { shaped } from '../shape.js';
import { valueText } from '../value-text.js';
import type { ProjectFiles } from '../read-project.js';
import { sourceSpecs } from './source-spec.js';

const written = z.looseObject({
  sources: z.record(z.string(), z.unknown()),
  rates: z.record(z.string(), z.unknown()).default({}),
});

/** What decides rows: a run records it, so that the contracts of then can be made again. */
export function sourceSettings({ places }: Pick<ProjectFiles, 'places'>): RecordedSettings {
  const { sources, rates } = written.parse(places.value);
  return { sources, rates };
}

/** The sources that a snapshot recorded. Anyone may have written it: what is none is a problem. */
export function recordedSources(recorded: RecordedSettings, problems: Problems): readonly SourceSpec[] {
  // It passes the same shapes as a person's file.
  const places = valueText({ name: 'recorded', ...recorded }, 'recorded settings');
  const document = shaped<ProjectDocument>(places, projectShape, { problems, knownKeys: knownProjectKeys });
  return document === undefined ? [] : sourceSpecs(document, { places, problems });
}
