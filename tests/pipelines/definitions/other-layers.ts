// A log whose rows refer to each other and an extract, in layers and books of other names, and no range.

import fc from 'fast-check';
import { definePipeline } from '../../../src/pipeline/define/define-pipeline.js';
import type { Pipeline } from '../../../src/pipeline/define/pipeline.js';
import type { PipelineSpec } from '../../../src/pipeline/define/spec/pipeline-spec.js';
import type { Contract } from '../../../src/records/contract.js';
import {
  csvFile,
  deliveriesOf,
  extractSequence,
  logSequence,
  rarely,
  someDay,
  someTime,
} from './generated.js';
import { byDay, byMonth, columns, contractOf, tableOf } from './small-contract.js';
import { allRecords, type RowTruth, type TrueRow } from './truth.js';
import { acceptance, type Acceptance, type PipelineUnderLaw, type Runs } from './under-law.js';

const messagesContract = ({ kinds }: Acceptance): Contract =>
  contractOf({
    source: 'messages',
    relation: 'log',
    format: 'ndjson',
    files: ['messages*.ndjson'],
    fields: [
      { name: 'message_id', kind: 'text', refuse: 'missing_message_id' },
      { name: 'author', kind: 'text' },
      { name: 'kind', kind: 'enum', values: ['note', 'reply', ...kinds], refuse: 'unknown_kind' },
      { name: 'sent_at', kind: 'timestamp', refuse: 'invalid_sent_at' },
      { name: 'answers', kind: 'text' },
    ],
    derived: [{ kind: 'date-of', name: 'sent_on', timestamp: 'sent_at' }],
    columns: columns(
      ...['message_id string', 'author string?', 'kind string', 'sent_at timestamp', 'sent_on date'],
      'answers string?',
    ),
    key: ['message_id'],
    winner: [{ column: 'sent_at' }],
  });

const teamsContract = contractOf({
  source: 'teams',
  relation: 'extract',
  format: 'csv',
  files: ['teams*.csv'],
  fields: [
    { name: 'author', kind: 'text', refuse: 'missing_author' },
    { name: 'since', kind: 'date', refuse: 'invalid_since' },
    { name: 'team', kind: 'label', nulls: [] },
  ],
  columns: columns('author string', 'since date', 'team string?'),
  key: ['author', 'since'],
  winner: [{ column: 'team' }],
});

/** As it is written. */
export const otherLayersSpec = (settings: Acceptance): PipelineSpec => {
  const messages = messagesContract(settings);
  return {
    name: 'other_layers',
    settings,
    books: {
      batches: 'raw.deliveries',
      runs: 'raw.history',
      corrections: 'raw.corrected',
      quarantine: 'clean.refused',
    },
    sources: [
      {
        kind: 'log',
        contract: messages,
        bronze: 'raw.messages',
        conflicts: 'clean.message_variants',
        table: tableOf('clean.messages', messages, {
          partition: byDay('sent_on'),
          keyIndex: ['message_id', 'answers'],
        }),
      },
      {
        kind: 'extract',
        contract: teamsContract,
        bronze: 'raw.teams',
        table: tableOf('clean.teams', teamsContract),
      },
    ],
    models: [
      {
        table: {
          name: 'clean.answers',
          columns: columns('message_id string', 'sent_on date', 'asked_by string?', 'asked_on date?'),
          partition: byMonth('sent_on'),
          sortOrder: ['message_id'],
          key: ['message_id'],
        },
        sql: `SELECT answer.message_id, answer.sent_on, question.author AS asked_by, question.sent_on AS asked_on
          FROM clean.messages AS answer
          LEFT JOIN clean.questions AS question ON question.message_id = answer.answers`,
        inputs: [
          {
            table: 'clean.messages',
            columns: ['message_id', 'sent_on', 'answers'],
            spread: { kind: 'rows' },
          },
          {
            table: 'clean.messages',
            as: 'clean.questions',
            columns: ['message_id', 'author', 'sent_on'],
            spread: { kind: 'referenced', column: 'answers' },
          },
        ],
        usesRange: false,
      },
      {
        table: {
          name: 'mart.talk',
          columns: columns('asked_by string', 'teams long', 'answers long'),
          sortOrder: ['asked_by'],
          key: ['asked_by'],
        },
        sql: `SELECT asked_by, CAST(COALESCE(MAX(teams), 0) AS BIGINT) AS teams, CAST(COUNT(*) AS BIGINT) AS answers
          FROM clean.answers
          LEFT JOIN (SELECT author, COUNT(*) AS teams FROM clean.teams GROUP BY author) AS counted
            ON author = asked_by
          WHERE asked_by IS NOT NULL GROUP BY asked_by`,
        inputs: [
          { table: 'clean.answers', columns: ['asked_by'], spread: { kind: 'table' } },
          { table: 'clean.teams', columns: ['author'], spread: { kind: 'table' } },
        ],
        usesRange: false,
      },
    ],
    checks: [
      {
        name: 'talk_has_answers',
        severity: 'error',
        reason: 'Who is here was answered.',
        sql: 'SELECT asked_by FROM mart.talk WHERE answers = 0',
        tables: ['mart.talk'],
      },
    ],
    mayShrink: ['mart.talk'],
    explanations: {
      columns: {
        'mart.talk': {
          columns: {
            teams: {
              about: 'teams of whom was answered',
              count: 'rows',
              of: 'clean.teams',
              where: 'author = :asked_by',
            },
            answers: {
              about: 'answers to them',
              count: 'rows',
              of: 'clean.answers',
              where: 'asked_by = :asked_by',
            },
          },
        },
      },
      records: { 'clean.answers': [{ source: 'messages', columns: ['message_id'] }] },
    },
  };
};

const message = fc.record(
  {
    message_id: rarely(fc.constantFrom('m1', 'm2', 'm3', 'm4', 'm5'), fc.constantFrom<unknown>(null, 5)),
    author: fc.constantFrom<unknown>('ann', 'bob', ' ann ', null),
    kind: fc.constantFrom('note', 'Reply', 'gift', 'loan'),
    sent_at: rarely(someTime, fc.constant('2024-02-30')),
    answers: fc.constantFrom<unknown>('m1', 'm2', 'm3', 'm9', null),
  },
  { requiredKeys: ['message_id', 'kind', 'sent_at'] },
);

const team = fc
  .tuple(
    rarely(fc.constantFrom('ann', 'bob', 'cid'), fc.constant('')),
    rarely(someDay, fc.constant('2024-13-01')),
    fc.constantFrom('red', ' RED ', ''),
  )
  .map(([author, since, name]) => [author, since, name]);

function truth(runs: Runs, pipeline: Pipeline): RowTruth {
  const records = allRecords(runs, pipeline);
  const [messages = [], teams = []] = [records['clean.messages'], records['clean.teams']];
  const byId = new Map(messages.map((row) => [row['message_id'], row]));
  const answers = messages.map((row): TrueRow => {
    const question = byId.get(row['answers'] ?? '');
    return {
      message_id: row['message_id'],
      sent_on: row['sent_on'],
      asked_by: question?.['author'] ?? null,
      asked_on: question?.['sent_on'] ?? null,
    };
  });
  const askers = new Set(answers.flatMap(({ asked_by: author }) => (author === null ? [] : [author])));
  return {
    ...records,
    'clean.answers': answers,
    'mart.talk': [...askers].map((author) => ({
      asked_by: author,
      teams: teams.filter((row) => row['author'] === author).length,
      answers: answers.filter((row) => row['asked_by'] === author).length,
    })),
  };
}

/** Layers of other names. */
export const otherLayers: PipelineUnderLaw = {
  name: 'other-layers',
  under: (settings) => definePipeline(otherLayersSpec({ ...acceptance.lenient, ...settings })),
  ...acceptance,
  ...deliveriesOf(
    logSequence('messages', message),
    extractSequence('teams', 'csv', csvFile(['author', 'since', 'team'], team)),
  ),
  truth,
};
