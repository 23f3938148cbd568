// The newest run in the text format that Prometheus reads (exposition format 0.0.4).

import type { MetricsReport, RunReport } from '../../lake/quality/metrics.js';

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All figures are gauges: they are those of one run, and may fall. Nothing for a lake without runs. */
export function prometheusLines({ metrics, runs }: MetricsReport): readonly string[] {
  const run = runs.at(-1);
  if (run === undefined) return [];
  return [
    ...gauge('lake_run', 'Number of the newest run that read something.', [{ value: run.run }]),
    ...gauge(
      'lake_run_records',
      'Records read by the run, by source.',
      byName('source', run.recordsBySource),
    ),
    ...gauge(
      'lake_run_rejected_records',
      'Records refused by the run, by reason.',
      byName('reason', run.rejected),
    ),
    ...gauge('lake_run_bytes', 'Bytes read by the run.', [{ value: run.bytes }]),
    ...metrics
      .filter(({ name }) => name !== 'records')
      .flatMap(({ name, about, kind }) => gauge(`lake_run_${name}`, help(kind, about), valueOf(run, name))),
  ];
}

function valueOf({ values }: RunReport, name: string): readonly Sample[] {
  const value = values[name] ?? null;
  return value === null ? [] : [{ value }];
}

const byName = (label: string, counts: Readonly<Record<string, number>>): readonly Sample[] =>
  Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }));

function help(kind: 'rate' | 'number', about: string): string {
  return kind === 'rate' ? `Share of ${about}.` : `${about.charAt(0).toUpperCase()}${about.slice(1)}.`;
}

/** A family without samples is left out. */
function gauge(name: string, help: string, samples: readonly Sample[]): readonly string[] {
  if (samples.length === 0) return [];
  return [
    `# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`,
    `# TYPE ${name} gauge`,
    ...samples.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`),
  ];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (value: string): string =>
  value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
