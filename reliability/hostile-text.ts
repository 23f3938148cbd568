// Text that breaks things: what file systems, shells, JSON objects, encodings and path joining treat as special.

import type { Random } from './random.js';

const specials = [
  ...[
    '',
    '.',
    '..',
    '...',
    'a.',
    'a ',
    ' a',
    '~',
    '*',
    '?',
    '-rf',
    '$HOME',
    '`id`',
    '%',
    '%2e%2e',
    '%41',
    '%2F',
  ],
  ...['__null__', '%5f_null__', '__NULL__', 'null', 'undefined', 'NaN', 'head', 'latest', 'lake.json'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'],
  ...[
    '/',
    '\\',
    '//',
    '../',
    '..\\',
    '/etc/passwd',
    '../../x',
    'a/../../b',
    'a/./b',
    'C:',
    'C:\\x',
    'C:/x',
    '\\\\host\\x',
  ],
  ...['con', 'CON', 'nul', 'NUL.txt', 'aux.parquet', 'com1', 'LPT9.json', 'prn.', 'CONIN$', 'a:stream'],
  ...['\0', 'a\0b', '\n', 'a\r\nb', '\t', '\u001b[2J', '\u007f', '\u202e', '\u200b', '\ufeff', '\u2028'],
  ...[
    'é',
    'e\u0301',
    'ﬁ',
    'İ',
    'ı',
    'ß',
    'ẞ',
    'K',
    'Å',
    '日本',
    '🦄',
    '👩‍👩‍👧',
    '\ud83d',
    '\ude00',
    '\uffff',
    '\u{10ffff}',
  ],
  ...['_manifests', 'silver', 'a=b', 'day=x', '=', '.staging-x', '.lock-x', 'x.tmp-1', 'x.parquet', 'x.keys'],
  ...[
    'A',
    'a',
    'Ab',
    'aB',
    '2024-03-05',
    '2024-03',
    '0',
    '-1',
    '"',
    "'",
    '{}',
    '[]',
    ',',
    ';',
    '&',
    '|',
    '<',
    '>',
  ],
];

const pools = [
  'ab',
  'aAbB%',
  './\\',
  '0123456789abcdefABCDEF%',
  'eE\u0301é',
  '🦄日ß\u202e',
  '\ud83d\ude00x',
  ' .\t\n\0',
];

/** Mostly short, now and then longer than any name may be. */
export function hostileText(random: Random): string {
  if (random.chance(0.4)) return random.pick(specials);
  if (random.chance(0.3)) return random.pick(specials) + random.pick(specials);
  const pool = [...random.pick(pools)];
  const length = random.chance(0.1) ? 200 + random.below(200) : random.below(12);
  return Array.from({ length }, () => random.pick(pool)).join('');
}

/** Pieces joined by one of the signs that systems take for a separator. */
export function hostilePath(random: Random): string {
  const count = random.chance(0.02) ? 300 : 1 + random.below(4);
  const pieces = Array.from({ length: count }, () =>
    random.chance(0.5) ? plainName(random) : hostileText(random),
  );
  return pieces.join(random.chance(0.9) ? '/' : random.pick(['\\', '//', '/./', '/../']));
}

/** A name that everything takes. */
export function plainName(random: Random): string {
  return random.pick(['silver', 'events', 'day=2024-03-05', 'x-1.parquet', 'a_b', '0000000001']);
}

/** A text that some system may take for the same: by case, normal form, what an encoder would write, or an end that is dropped. */
export function lookalike(text: string, random: Random): string {
  const change = random.pick<(text: string) => string>([
    (other) => other.toLowerCase(),
    (other) => other.toUpperCase(),
    (other) => other.normalize('NFC'),
    (other) => other.normalize('NFD'),
    (other) => `${other}.`,
    (other) => `${other} `,
    (other) => other.replace(/[. ]+$/, ''),
    (other) => encodeURIComponent(wellFormed(other)),
    (other) => other.replace(/[A-Z]/g, (char) => `%${char.charCodeAt(0).toString(16)}`),
    (other) => wellFormed(other),
    (other) => other.replaceAll('/', '\\'),
  ]);
  return change(text);
}

/** Half characters, which UTF-8 cannot hold, replaced. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
