// What a file's name tells: of which source it is, whether it is compressed, where it comes in the order, and what a
// name that tells no source was probably meant to be (pipeline §1).

import { fixedStart, isOfPattern, stemOfName } from '../../common/name-pattern.js';
import { nearMiss } from '../../common/near-miss.js';
import { compareText } from '../../common/text-order.js';
import type { Source } from '../define/pipeline.js';

/** What a name tells of a file. */
export interface NamedSource {
  readonly source: Source;
  /** It ends in `.gz`. */
  readonly compressed: boolean;
}

/** The source that takes files of this name, if any does. Extensions count in any case, the rest as it is. */
export function sourceOfName(name: string, sources: readonly Source[]): NamedSource | undefined {
  const source = sources.find(({ contract: { files } }) =>
    files.some((pattern) => isOfPattern(name, pattern)),
  );
  return source && { source, compressed: isGzipName(name) };
}

/** Whether a file of this name holds gzip. */
export const isGzipName = (name: string): boolean => /\.gz$/i.test(name);

/** The names that sources take, for messages. */
export const namePatterns = (sources: readonly Source[]): string => sources.map(namePattern).join(', ');

const namePattern = ({ contract: { files } }: Source): string =>
  files.map((pattern) => `${pattern}[.gz]`).join(', ');

/** By name without extension, runs of digits as numbers and the rest as bytes; then by the full name (pipeline §1). */
export function compareFileNames(a: string, b: string): number {
  const stem = (name: string): string => name.replace(/(\.ndjson|\.jsonl|\.json|\.csv)?(\.gz)?$/i, '');
  return compareNatural(stem(a), stem(b)) || compareText(a, b);
}

function compareNatural(a: string, b: string): number {
  const left = units(a);
  const right = units(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareUnits(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Runs of digits, and every other character by itself. */
const units = (text: string): readonly string[] => text.match(/[0-9]+|[^0-9]/gu) ?? [];

function compareUnits(a: string, b: string): number {
  if (!/^[0-9]/.test(a) || !/^[0-9]/.test(b)) return compareText(a, b);
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return x.length - y.length || compareText(x, y);
}

// ── Names that tell no source ───────────────────────────────────────────────────────────────────────────────────

/** Ways of compression that are not read. */
const otherCompression = /\.(zst|zstd|zip|bz2|xz|lz4|lzma|br|7z|z|tgz)$/i;

/** What editors, downloads and people append to a name. */
const setAside =
  /(~|\.(bak|backup|old|orig|tmp|temp|part|partial|crdownload|swp|copy|done|processed|gpg|[0-9]+))$/i;

/** Why no source takes a file of this name, and what it was probably meant to be; one clause. */
export function whyUnnamed(name: string, sources: readonly Source[]): string {
  const uncompressed = name.replace(otherCompression, '');
  if (uncompressed !== name && sourceOfName(uncompressed, sources) !== undefined)
    return `compressed as ${name.slice(uncompressed.length)}, which is not read; give it plain or as .gz`;
  const whole = name.replace(setAside, '');
  if (whole !== name && sourceOfName(whole, sources) !== undefined)
    return `looks like a copy of ${whole}, set aside or unfinished; rename it to be read`;
  const meant = meantName(name, sources);
  if (meant !== undefined) return `probably meant as ${meant}; rename it to be read`;
  const format = sources.find(({ contract: { files } }) =>
    files.some((pattern) => fixedStart(pattern) !== '' && tidy(name).startsWith(fixedStart(pattern))),
  );
  if (format !== undefined) return `${format.contract.source} is read from ${namePattern(format)}`;
  return 'no source takes it';
}

/** Letters and digits in the way that prefixes are written. */
const tidy = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[-\s]+/g, '_');

/** The name in the form that a source takes, if it is not far from one. */
function meantName(name: string, sources: readonly Source[]): string | undefined {
  for (const pattern of sources.flatMap(({ contract }) => contract.files)) {
    const stem = stemOfName(name.trim(), pattern);
    const start = fixedStart(pattern);
    if (stem === undefined || start === '') continue;
    const ending = name.trim().slice(stem.length);
    const word = /^[a-z_]+/.exec(tidy(stem))?.[0] ?? '';
    const forms = [stem.trim().toLowerCase(), tidy(stem), `${start}${tidy(stem).slice(word.length)}`];
    const [lower, plain, corrected] = forms.map((form) => `${form}${ending}`) as [string, string, string];
    if (isOfPattern(lower, pattern)) return lower;
    if (isOfPattern(plain, pattern)) return plain;
    if (nearMiss(word, [start]) !== undefined && isOfPattern(corrected, pattern)) return corrected;
  }
  return undefined;
}
