// What an S3 store says, in our words: listings, deletions, refusals.

import { answered } from '../answers.js';
import type { ListingPage } from '../dialogue.js';
import type { Answer } from '../requests.js';
import { StoreError, type StoreFailure } from '../store-error.js';
import { elementsOf, errorIn, oddAnswer, rootOf, textOf } from '../xml.js';

/** @throws StoreError for an answer that is no listing */
export function parseListing(answer: Answer): ListingPage {
  const page = rootOf(answer, 'ListBucketResult');
  const isCut = page['IsTruncated'] === 'true';
  const next = page['NextContinuationToken'];
  if (isCut && typeof next !== 'string')
    throw oddAnswer('a listing is cut and does not say where it goes on');
  return {
    objects: elementsOf(page['Contents']).map((each) => ({
      key: textOf(each, 'Key'),
      sizeBytes: Number(textOf(each, 'Size')),
      modifiedAtMs: Date.parse(textOf(each, 'LastModified')),
    })),
    prefixes: elementsOf(page['CommonPrefixes']).map((each) => textOf(each, 'Prefix')),
    next: isCut ? (next as string) : undefined,
  };
}

/** The first key that a batch could not delete, and why; undefined where all went. */
export function failedDeletion(answer: Answer): { readonly key: string; readonly code: string } | undefined {
  const [failed] = elementsOf(rootOf(answer, 'DeleteResult')['Error']).filter(
    (each) => each['Code'] !== 'NoSuchKey' && each['Code'] !== undefined,
  );
  return failed && { key: textOf(failed, 'Key'), code: textOf(failed, 'Code') };
}

/** `<`, `&` and the like as XML has them, for the keys of a batch. */
export function xmlText(value: string): string {
  return value.replace(/[&<>"'\r\n\t]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`);
}

const failureByCode: Readonly<Record<string, StoreFailure>> = {
  InvalidAccessKeyId: 'credentials',
  SignatureDoesNotMatch: 'credentials',
  ExpiredToken: 'credentials',
  InvalidToken: 'credentials',
  TokenRefreshRequired: 'credentials',
  XAdminUserNotFound: 'credentials', // versitygw's InvalidAccessKeyId
  AccessDenied: 'denied',
  AllAccessDisabled: 'denied',
  RequestTimeTooSkewed: 'clock',
  RequestExpired: 'clock',
  NoSuchBucket: 'no-bucket',
  InvalidBucketName: 'no-bucket',
  PermanentRedirect: 'region',
  AuthorizationHeaderMalformed: 'region',
  IllegalLocationConstraintException: 'region',
  QuotaExceeded: 'full',
  EntityTooLarge: 'full',
  XMinioStorageFull: 'full',
  NotImplemented: 'no-condition',
};

const failureByStatus: Readonly<Record<number, StoreFailure>> = {
  301: 'region',
  307: 'region',
  401: 'credentials',
  403: 'denied',
  501: 'no-condition',
  507: 'full',
};

/** What an answer that is a refusal means. */
export function refusal(answer: Answer): StoreError {
  const { status, headers } = answer;
  const code = codeOf(answer);
  const failure = failureByCode[code ?? ''] ?? failureByStatus[status] ?? 'refused';
  const region = headers.get('x-amz-bucket-region') ?? regionIn(answer);
  const hint = failure === 'region' && region !== undefined ? `, the bucket is in ${region}` : '';
  return new StoreError(failure, `${describeAnswer(answer)}${hint}`, { mayHaveHappened: false });
}

/** `the store answers 403 AccessDenied (Access Denied)`. */
export function describeAnswer(answer: Answer): string {
  const error = errorIn(answer);
  const said = typeof error?.['Message'] === 'string' ? error['Message'].trim().replace(/\.$/, '') : '';
  return answered(answer, codeOf(answer), said);
}

/** No object of that key; a bucket or a user that is missing is another matter. */
export function isMissing(answer: Answer): boolean {
  const code = codeOf(answer);
  return answer.status === 404 && (code === undefined || code === 'NoSuchKey' || code === 'NotFound');
}

/** `NoSuchKey`, where the store says one. */
export function codeOf(answer: Answer): string | undefined {
  const code = errorIn(answer)?.['Code'];
  return typeof code === 'string' && code !== '' ? code : undefined;
}

/** `The authorization header is malformed; the region 'a' is wrong; expecting 'b'`, or an element. */
function regionIn(answer: Answer): string | undefined {
  const error = errorIn(answer);
  const region = error?.['Region'];
  if (typeof region === 'string' && region !== '') return region;
  return /expecting '([a-z0-9-]+)'/.exec(String(error?.['Message']))?.[1];
}
