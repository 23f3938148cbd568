// The part of a project that decides rows, as every run records it: sources and rates, as they are written.

import { z } from 'zod';
import type { RecordedSettings, SourceSpec } from '../../pipeline/define/spec/pipeline-spec.js';
import { knownProjectKeys, type ProjectDocument, projectShape } from '../document.js';
import type { Problems } from '../problems.js';
import type { ProjectFiles } from '../read-project.js';
import { shaped } from '../shape.js';
import { parseYaml } from '../yaml-text.js';
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
  // As a text it passes the same bounds and shapes as a person's file.
  const text = JSON.stringify({ name: 'recorded', ...recorded });
  const places = parseYaml({ file: 'recorded settings', text }, problems);
  const document =
    places && shaped<ProjectDocument>(places, projectShape, { problems, knownKeys: knownProjectKeys });
  return document === undefined || places === undefined ? [] : sourceSpecs(document, { places, problems });
}
