// A run that is told of as OpenLineage events: one job for the run as a whole (source files in, the tables of their records
// out), one for each model that wrote something, one for the checks. The last two are children of the first.

import { isLakeError, messageOf } from '../../common/errors.js';
import { isoMicros, uuid } from '../../common/runtime.js';
import type { CheckResult } from '../../pipeline/checks/check-results.js';
import type { Model } from '../../pipeline/define/spec/pipeline-spec.js';
import { newestFailedRun } from '../../pipeline/books/failed-runs.js';
import type { RunOutcome } from '../../pipeline/run/ingest.js';
import { openView } from '../../table/view.js';
import { pipelineOf, type Parts } from '../lake-context.js';
import { byTable } from './checked-tables.js';
import { fileRead, table, tableAt, tableChecked, tableWritten, type Place } from './datasets.js';
import { startEmitter, type Emitter, type LineageTargets } from './emit.js';
import {
  facet,
  runEvent,
  type EventType,
  type Facet,
  type RunEvent,
  type RunEventContent,
} from './events.js';

/** What is told of a run that published, or found nothing to do. */
type ToldRun = Pick<RunOutcome, 'snapshot' | 'read' | 'written' | 'checks' | 'engine'>;

/** What is run, and who is told besides what the settings say. */
interface RunToTell {
  readonly operation: string;
  readonly targets?: LineageTargets | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs, and tells of the start and of the end. Without a target it only runs. */
export async function withLineage<T extends ToldRun | null>(
  parts: Parts,
  { operation, targets, signal }: RunToTell,
  run: () => Promise<T>,
): Promise<T> {
  const given = { ...parts.settings.lineage, ...targets };
  if (given.file === undefined && given.url === undefined) return run();
  const story = new Story(parts, { operation, targets: given, signal });
  story.begins();
  try {
    const outcome = await run();
    await story.endsWith(outcome);
    return outcome;
  } catch (error) {
    await story.fails(error);
    throw error;
  }
}

const DEFAULT_NAMESPACE = 'lake';

/** A job that tells of itself: the run, or one of its models or checks. */
interface Job {
  readonly name: string;
  /** `JOB`, `MODEL`, `TEST`. */
  readonly jobType: string;
  readonly runId: string;
  readonly runFacets?: Record<string, Facet>;
  readonly jobFacets?: Record<string, Facet>;
}

/** A job within the run, and how it ended. */
interface ChildJob extends Pick<Job, 'name' | 'jobType' | 'jobFacets'> {
  readonly end: EventType;
  readonly content: Parameters<Teller>[1];
}

/** Events of one job, with the words that all of them repeat. */
type Teller = (
  eventType: EventType,
  content?: Partial<Pick<RunEventContent, 'inputs' | 'outputs'>> & {
    readonly facets?: Record<string, Facet>;
  },
) => RunEvent;

class Story {
  readonly #emitter: Emitter;
  readonly #place: Place;
  readonly #runId: string;
  readonly #jobName: string;
  readonly #tell: Teller;
  readonly #startedAt: string;

  constructor(
    private readonly parts: Parts,
    { operation, targets, signal }: RunToTell & { readonly targets: LineageTargets },
  ) {
    const { runtime, location } = parts;
    this.#emitter = startEmitter(runtime, targets, signal === undefined ? {} : { signal });
    const { lineage, name } = pipelineOf(parts).pipeline;
    this.#place = { location, namespace: targets.namespace ?? DEFAULT_NAMESPACE, lineage };
    this.#runId = uuid(runtime);
    this.#startedAt = isoMicros(runtime.now());
    this.#jobName = `${name}.${operation}`;
    this.#tell = this.#job({ name: this.#jobName, jobType: 'JOB', runId: this.#runId });
  }

  begins(): void {
    this.#emitter.tell([this.#tell('START')]);
  }

  /** Null: there was nothing to do. */
  async endsWith(outcome: ToldRun | null): Promise<void> {
    await this.#ends(async () => {
      if (outcome === null) return [this.#tell('COMPLETE')];
      const { read, engine } = outcome;
      const facets = engine === null ? {} : { processing_engine: engineFacet(engine) };
      const inputs = read.map(fileRead);
      const outputs = this.#outputs(outcome);
      const end = this.#tell('COMPLETE', { facets, inputs, outputs });
      const isIdle = Object.keys(outcome.written).length === 0;
      const checks = isIdle ? [] : await this.#checks(outcome.snapshot, outcome.checks);
      return [...this.#models(outcome), ...checks, end];
    });
  }

  async fails(error: unknown): Promise<void> {
    await this.#ends(async () => {
      const message = messageOf(error);
      const facets = {
        errorMessage: facet('ErrorMessageRunFacet', { message, programmingLanguage: 'TypeScript' }),
      };
      const end = this.#tell(isLakeError(error, 'interrupted') ? 'ABORT' : 'FAIL', { facets });
      const refused = isLakeError(error, 'check-failed') && error.details['evidence'] !== undefined;
      const evidence = refused ? await newestFailedRun(this.parts.storage) : undefined;
      return [...(evidence === undefined ? [] : await this.#checks(null, evidence.checks)), end];
    });
  }

  /** Telling must not make a run fail. */
  async #ends(events: () => Promise<readonly RunEvent[]>): Promise<void> {
    try {
      this.#emitter.tell(await events());
    } catch (error) {
      const reason = messageOf(error);
      this.parts.runtime.log('warn', `The run's lineage could not be told: ${reason}`);
    }
    await this.#emitter.delivered();
  }

  /** Tables of records; those of models are their models' outputs. */
  #outputs({ snapshot, written }: ToldRun): RunEvent['outputs'] {
    const { pipeline } = pipelineOf(this.parts);
    const made = new Set(pipeline.models.map((model) => model.table.name));
    return pipeline.definitions.flatMap((definition) => {
      const of = written[definition.name];
      if (snapshot === null || of === undefined || made.has(definition.name)) return [];
      return [tableWritten(this.#place, definition, snapshot, of)];
    });
  }

  #models({ snapshot, written }: ToldRun): readonly RunEvent[] {
    const { pipeline } = pipelineOf(this.parts);
    if (snapshot === null) return [];
    return pipeline.models.flatMap((model) => {
      const of = written[model.table.name];
      if (of === undefined) return [];
      const outputs = [tableWritten(this.#place, model.table, snapshot, of)];
      return this.#child({
        name: model.table.name,
        jobType: 'MODEL',
        end: 'COMPLETE',
        content: { inputs: this.#inputs(model), outputs },
        jobFacets: sqlFacet(model),
      });
    });
  }

  #inputs({ inputs }: Model): RunEvent['inputs'] {
    return [...new Set(inputs.map((input) => input.table))].map((name) => table(this.#place, name));
  }

  /** `snapshot` is null where the checks kept it from being one. */
  async #checks(snapshot: number | null, checks: readonly CheckResult[]): Promise<readonly RunEvent[]> {
    if (checks.length === 0) return [];
    const { pipeline } = pipelineOf(this.parts);
    const definitions = new Map(pipeline.definitions.map((definition) => [definition.name, definition]));
    const view = snapshot === null ? undefined : await openView(this.parts.storage, snapshot);
    const inputs = [...byTable(pipeline, checks)].map(async ([name, results]) => {
      const definition = definitions.get(name);
      const isPublished = snapshot !== null && definition !== undefined;
      const dataset = isPublished ? tableAt(this.#place, definition, snapshot) : table(this.#place, name);
      return tableChecked(dataset, results, await view?.table(name));
    });
    return this.#child({
      name: 'check',
      jobType: 'TEST',
      end: snapshot === null ? 'FAIL' : 'COMPLETE',
      content: { inputs: await Promise.all(inputs) },
    });
  }

  /** Both events of a job within the run: how long each took is not known, the run's start and now are. */
  #child({ name, jobType, end, content, jobFacets }: ChildJob): readonly RunEvent[] {
    const { namespace } = this.#place;
    const parent = facet('ParentRunFacet', {
      run: { runId: this.#runId },
      job: { namespace, name: this.#jobName },
    });
    const own = `${pipelineOf(this.parts).pipeline.name}.${name}`;
    const runId = uuid(this.parts.runtime);
    const tell = this.#job({
      name: own,
      jobType,
      runId,
      runFacets: { parent },
      ...(jobFacets && { jobFacets }),
    });
    return [tell('START'), tell(end, content)];
  }

  #job({ name, jobType, runId, runFacets = {}, jobFacets = {} }: Job): Teller {
    const { namespace } = this.#place;
    const type = facet('JobTypeJobFacet', { processingType: 'BATCH', integration: 'LAKE', jobType });
    const job = { namespace, name, facets: { jobType: type, ...jobFacets } };
    return (eventType, { facets = {}, ...datasets } = {}) => {
      const eventTime = eventType === 'START' ? this.#startedAt : isoMicros(this.parts.runtime.now());
      const run = { runId, facets: { ...runFacets, ...facets } };
      return runEvent({ eventType, eventTime, run, job, ...datasets });
    };
  }
}

const sqlFacet = ({ sql }: Model): Record<string, Facet> => ({
  sql: facet('SQLJobFacet', { query: sql, dialect: 'duckdb' }),
});

/** `duckdb-wasm 1.32.0`: name and version. */
function engineFacet(engine: string): Facet {
  const [name = engine, version = ''] = engine.split(' ');
  return facet('ProcessingEngineRunFacet', { name, version });
}
