// Whole processes, measured, and the table of what came out.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;

/** One process: wall seconds as seen from here, processor seconds and peak memory as it says itself. */
export function measure(args, usage) {
  const started = performance.now();
  const child = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, BENCH_USAGE: usage, NODE_OPTIONS: `--import ${join(here, 'usage.mjs')}` },
  });
  const seconds = (performance.now() - started) / 1000;
  if (child.status !== 0) throw new Error(`${args.join(' ')} failed:\n${child.stdout}\n${child.stderr}`);
  return { seconds, ...JSON.parse(readFileSync(usage, 'utf8')), stdout: child.stdout };
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** The median of one figure of many runs. */
export const of = (results, key) => median(results.map((result) => result[key]));

export const peakOf = (results) => Math.max(...results.map(({ peakMb }) => peakMb));

/** Rows of the report, each printed as it comes. */
export class Report {
  #rows = [];

  /** `met`: whether the figure is within what it must be; undefined where nothing is asked. */
  add(workload, results, { must = '', figure = '', met } = {}) {
    const all = results.map(({ seconds }) => seconds.toFixed(2)).join(' ');
    const verdict = met === undefined ? figure : `${figure}, ${met ? 'met' : '**missed**'}`;
    const [seconds, cpu, peak] = [of(results, 'seconds'), of(results, 'cpuSeconds'), peakOf(results)];
    this.#rows.push(
      `| ${workload} | ${must} | ${seconds.toFixed(2)} s | ${all} | ${cpu.toFixed(1)} s | ${peak.toFixed(0)} MB | ${verdict} |`,
    );
    console.log(
      `${workload}: ${seconds.toFixed(2)} s (${all}), ${cpu.toFixed(1)} s CPU, ${peak.toFixed(0)} MB${verdict === '' ? '' : `: ${verdict}`}`,
    );
  }

  toString() {
    return [
      '| workload | must | median | runs (s) | CPU | peak memory | verdict |',
      '|---|---|---|---|---|---|---|',
      ...this.#rows,
    ].join('\n');
  }
}

export const machine = () =>
  `${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform} ${release()}, Node ${process.version}`;
