// How far the figures can be trusted: what was checked, what was refused, and which runs made them.

import type { CheckReport, SampleReport } from '../quality/check-report.js';
import type { QuarantineGroup, QuarantineReport } from '../quarantine/quarantine.js';
import { reasonsOf, type RefusedPoint } from './refused-data.js';
import type { HistoryEntry, ReportContent } from './content.js';
import {
  chartElement,
  count,
  countOf,
  dataTable,
  disclosure,
  grouped,
  instant,
  percent,
} from './elements.js';
import { beginning, markup, type Content, type Markup } from './markup.js';

/** Checks, groups of refused records and rows of a sample that are shown. */
const LIMITS = { checks: 200, groups: 100, samples: 3 } as const;

/** Code points of a cell of a sample, and of a refused record. */
const LENGTHS = { cell: 80, raw: 240 } as const;

/** What was checked, and what was refused run by run. */
export function qualitySection({ checks: { checks }, refused }: ReportContent): Markup {
  const failed = checks.filter(({ status }) => status === 'fail');
  const passed = checks.filter(({ status }) => status === 'pass');
  return markup`<section aria-labelledby="quality">
    <h2 id="quality">Data quality</h2>
    <p>${outcome(checks)}</p>
    <div class="charts">
      <div class="card wide">
        ${failed.length === 0 ? markup`<p class="empty">No check found anything.</p>` : failedChecks(failed)}
        ${passed.length === 0 ? null : disclosure(`${countOf(passed.length, 'check')} passed`, passedChecks(passed))}
      </div>
      ${refusedChart(refused)}
    </div>
  </section>`;
}

/** `74 checks: 68 passed, 6 warnings`. */
export function outcome(checks: readonly CheckReport[]): string {
  const failed = (severity: CheckReport['severity']): number =>
    checks.filter((check) => check.status === 'fail' && check.severity === severity).length;
  const passed = checks.filter(({ status }) => status === 'pass').length;
  const parts = [`${count(passed)} passed`];
  if (failed('warn') > 0) parts.push(countOf(failed('warn'), 'warning'));
  if (failed('error') > 0) parts.push(countOf(failed('error'), 'error'));
  return `${countOf(checks.length, 'check')}: ${parts.join(', ')}`;
}

const failedChecks = (checks: readonly CheckReport[]): Markup =>
  dataTable(
    'Checks that found something',
    [
      { header: 'Check', cell: ({ name, severity }) => [badge(severity), ' ', name] },
      { header: 'Found', kind: 'number', cell: ({ value }) => grouped(String(value)) },
      { header: 'Expected', kind: 'number', cell: ({ expected }) => grouped(String(expected)) },
      {
        header: 'Why it matters',
        kind: 'prose',
        cell: ({ reason = '', sample = [] }) => [reason, samples(sample)],
      },
    ],
    checks.slice(0, LIMITS.checks),
  );

const passedChecks = (checks: readonly CheckReport[]): Markup =>
  dataTable(
    'Checks that passed',
    [
      { header: 'Check', cell: ({ name }) => name },
      { header: 'Found', kind: 'number', cell: ({ value }) => grouped(String(value)) },
      { header: 'Expected', kind: 'number', cell: ({ expected }) => grouped(String(expected)) },
      { header: 'Why it matters', kind: 'prose', cell: ({ reason = '' }) => reason },
    ],
    checks.slice(0, LIMITS.checks),
  );

const badge = (severity: CheckReport['severity']): Markup =>
  markup`<span class="badge ${severity}">${severity === 'error' ? 'error' : 'warning'}</span>`;

const samples = (rows: readonly SampleReport[]): Content =>
  rows.length === 0
    ? null
    : disclosure(
        'The first of them',
        markup`<ul class="samples">
          ${rows.slice(0, LIMITS.samples).map(sampleElement)}
        </ul>`,
      );

function sampleElement({ cells, origins = [] }: SampleReport): Markup {
  const values = Object.entries(cells).map(
    ([name, value]) => `${name} ${value === null ? '–' : beginning(value, LENGTHS.cell)}`,
  );
  const places = origins
    .slice(0, LIMITS.samples)
    .map(({ sourceFile, lineNumber }) => `${sourceFile}, line ${lineNumber}`);
  return markup`<li>
    <code><bdi>${values.join(' · ')}</bdi></code> ${places.join('; ')}
  </li>`;
}

function refusedChart(points: readonly RefusedPoint[]): Markup {
  const runs = new Set(points.map(({ run }) => run)).size;
  const reasons = reasonsOf(points);
  return chartElement({
    name: 'refused',
    title: runs > 1 ? 'Refused records, run by run' : 'Refused records of the run',
    about: 'By the reason that the contract gives.',
    legend: runs > 1 ? reasons.map((reason, i) => [reason, `c${i + 1}`]) : [],
    isWide: true,
    isEmpty: points.length === 0,
    table: dataTable(
      'Refused records by run and reason',
      [
        { header: 'Run', cell: ({ run }) => count(run) },
        { header: 'Ingested on', cell: ({ date }) => date },
        { header: 'Reason', cell: ({ reason }) => reason },
        { header: 'Records', kind: 'number', cell: ({ records }) => count(records) },
      ],
      points,
    ),
  });
}

/** What is refused as of the snapshot, by reason. */
export function quarantineSection({ records, groups }: QuarantineReport): Markup {
  const body =
    groups.length === 0 ? markup`<p class="empty">Nothing was refused.</p>` : refusedGroups(groups);
  return markup`<section aria-labelledby="quarantine">
    <h2 id="quarantine">Quarantine</h2>
    <p>
      ${countOf(records, 'record')} refused so far, whole and with the way back: correct them, or change the
      contract, and replay.
    </p>
    <div class="card">${body}</div>
  </section>`;
}

function refusedGroups(groups: readonly QuarantineGroup[]): Markup {
  const shown = groups.slice(0, LIMITS.groups);
  const rest = groups.slice(LIMITS.groups).reduce((sum, group) => sum + group.records, 0);
  return markup`${dataTable<QuarantineGroup>(
    'Refused records by reason',
    [
      { header: 'Reason', cell: ({ reason }) => reason },
      { header: 'Source', cell: ({ source }) => source },
      { header: 'Records', kind: 'number', cell: (group) => count(group.records) },
      { header: 'Of the source', kind: 'number', cell: ({ share }) => percent(share) },
      { header: 'First', cell: ({ first }) => first },
      { header: 'Last', cell: ({ last }) => last },
      { header: 'The first of them', kind: 'prose', cell: sampleRecord },
    ],
    shown,
  )}${rest === 0 ? null : markup`<p>And ${countOf(rest, 'record')} for other reasons.</p>`}`;
}

const sampleRecord = ({ sample: { file, line, element = 0, raw } }: QuarantineGroup): Markup =>
  markup`<code><bdi>${beginning(raw, LENGTHS.raw)}</bdi></code>
    <small><bdi>${file}</bdi>, line ${count(line)}${element === 0 ? '' : `, element ${count(element)}`}</small>`;

/** The snapshots up to the one that is shown. */
export function runsSection(history: readonly HistoryEntry[]): Markup {
  return markup`<section aria-labelledby="runs">
    <h2 id="runs">Runs</h2>
    <div class="card">
      ${dataTable<HistoryEntry>(
        'Snapshots, newest first',
        [
          { header: 'Snapshot', cell: ({ snapshot }) => count(snapshot.id) },
          { header: 'Operation', cell: ({ snapshot }) => snapshot.operation },
          { header: 'Committed', cell: ({ snapshot }) => instant(snapshot.committedAt) },
          { header: 'Batches', kind: 'number', cell: ({ batches }) => count(batches) },
          { header: 'Records read', kind: 'number', cell: ({ records }) => count(records) },
          { header: 'Refused', kind: 'number', cell: ({ records, accepted }) => count(records - accepted) },
          { header: 'Rows added', kind: 'number', cell: ({ snapshot }) => count(snapshot.rowsAdded ?? 0) },
          { header: 'Files added', kind: 'number', cell: ({ snapshot }) => count(snapshot.filesAdded) },
        ],
        history,
      )}
    </div>
  </section>`;
}
