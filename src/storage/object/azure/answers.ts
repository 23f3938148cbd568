// What Azure Blob Storage says, in our words: listings, refusals.

import { answered } from '../answers.js';
import type { ListingPage } from '../dialogue.js';
import type { Answer } from '../requests.js';
import { StoreError, type StoreFailure } from '../store-error.js';
import { elementsOf, errorIn, rootOf, textOf, type Xml } from '../xml.js';

/** @throws StoreError for an answer that is no listing */
export function parseListing(answer: Answer): ListingPage {
  const page = rootOf(answer, 'EnumerationResults');
  const entries = (typeof page['Blobs'] === 'object' ? page['Blobs'] : {}) as Xml;
  const next = page['NextMarker'];
  return {
    objects: elementsOf(entries['Blob'])
      .filter((blob) => propertiesOf(blob)['ResourceType'] !== 'directory') // of an account with folders
      .map((blob) => ({
        key: textOf(blob, 'Name'),
        sizeBytes: Number(textOf(propertiesOf(blob), 'Content-Length')),
        modifiedAtMs: Date.parse(textOf(propertiesOf(blob), 'Last-Modified')),
      })),
    prefixes: elementsOf(entries['BlobPrefix']).map((each) => textOf(each, 'Name')),
    next: typeof next === 'string' && next !== '' ? next : undefined,
  };
}

const propertiesOf = (blob: Xml): Xml => blob['Properties'] as Xml;

const failureByCode: Readonly<Record<string, StoreFailure>> = {
  AuthenticationFailed: 'credentials',
  InvalidAuthenticationInfo: 'credentials',
  NoAuthenticationInformation: 'credentials',
  AuthorizationFailure: 'denied',
  AuthorizationPermissionMismatch: 'denied',
  InsufficientAccountPermissions: 'denied',
  AccountIsDisabled: 'denied',
  ContainerNotFound: 'no-bucket',
  ContainerBeingDeleted: 'no-bucket',
  ContainerDisabled: 'no-bucket',
  InvalidResourceName: 'no-bucket',
  OutOfRangeInput: 'no-bucket',
  FeatureVersionMismatch: 'no-condition',
  UnsupportedHeader: 'no-condition',
};

const failureByStatus: Readonly<Record<number, StoreFailure>> = {
  401: 'credentials',
  403: 'denied',
  501: 'no-condition',
  507: 'full',
};

/** What an answer that is a refusal means. */
export function refusal(answer: Answer): StoreError {
  const said = failureByCode[codeOf(answer) ?? ''] ?? failureByStatus[answer.status] ?? 'refused';
  const isStranger = said === 'credentials' || /failed to authenticate/i.test(messageOf(answer));
  const detail = errorIn(answer)?.['AuthenticationErrorDetail'];
  const isLate = typeof detail === 'string' && /date header|too old/i.test(detail);
  const failure = !isStranger ? said : isLate ? 'clock' : 'credentials';
  return new StoreError(failure, describeAnswer(answer), { mayHaveHappened: false });
}

/** `the store answers 404 ContainerNotFound (The specified container does not exist)`. */
export function describeAnswer(answer: Answer): string {
  return answered(answer, codeOf(answer), messageOf(answer));
}

/** The first line of what the store says; empty where it says nothing. */
function messageOf(answer: Answer): string {
  const message = errorIn(answer)?.['Message'];
  return typeof message === 'string' ? message.split('\n')[0]!.trim().replace(/\.$/, '') : '';
}

/** No blob of that name; a container that is missing is another matter. */
export const isMissing = (answer: Answer): boolean =>
  answer.status === 404 && codeOf(answer) !== 'ContainerNotFound';

/** `BlobNotFound`, where the store says one. */
export function codeOf(answer: Answer): string | undefined {
  const code = answer.headers.get('x-ms-error-code') ?? errorIn(answer)?.['Code'];
  return typeof code === 'string' && code !== '' ? code : undefined;
}
