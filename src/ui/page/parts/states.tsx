// What stands in place of content: on its way, nothing there, or what went wrong and what to do.

import type { ComponentChildren, JSX } from 'preact';
import { LakeError } from '../../../common/errors.js';
import type { Pending } from '../lake.js';
import { linkHere } from '../location.js';

/** Shows an answer when it is there. */
export function Answer<Value>({
  of,
  waiting = 'Reading the lake…',
  children,
}: {
  readonly of: Pending<Value>;
  readonly waiting?: string;
  readonly children: (value: Value) => ComponentChildren;
}): JSX.Element {
  if (of.state === 'waiting') return <Waiting text={waiting} />;
  if (of.state === 'failed') return <Failure error={of.error} />;
  return <>{children(of.value)}</>;
}

/** On its way. */
export const Waiting = ({ text }: { readonly text: string }): JSX.Element => (
  <p class="waiting" role="status">
    {text}
  </p>
);

/** Nothing there, and why. */
export const Empty = ({ children }: { readonly children: ComponentChildren }): JSX.Element => (
  <p class="empty">{children}</p>
);

/** What went wrong, in its own words, and the next step. */
export function Failure({ error }: { readonly error: Error }): JSX.Element {
  const code = error instanceof LakeError ? error.code : null;
  return (
    <div class="failure" role="alert">
      <strong>{headings[code ?? ''] ?? 'This page has a fault'}</strong>
      <p>{error.message}</p>
      {code === 'corrupt' && <Command text="lake verify" />}
      {(code === 'unsupported-storage' || code === 'out-of-resources') && (
        <p>
          <button type="button" onClick={() => location.reload()}>
            Try again
          </button>
        </p>
      )}
      {code === 'not-found' && (
        <p>
          <a href={linkHere({ s: undefined, c: undefined })} onClick={reloadThere}>
            Show the newest snapshot
          </a>
        </p>
      )}
    </div>
  );
}

/** The page looks for the newest when it begins. */
const reloadThere = (event: Event): void => {
  event.preventDefault();
  history.pushState(null, '', (event.currentTarget as HTMLAnchorElement).href);
  location.reload();
};

const headings: Readonly<Record<string, string>> = {
  corrupt: 'The lake is damaged here',
  'not-found': 'It is not there',
  'unsupported-storage': 'The lake cannot be reached',
  'out-of-resources': 'This browser could not do it',
  'invalid-input': 'That could not be asked',
  interrupted: 'Stopped',
};

/** A command to be copied. */
export function Command({ text }: { readonly text: string }): JSX.Element {
  return (
    <div class="command">
      <code>{text}</code>
      <button
        type="button"
        onClick={() => void navigator.clipboard?.writeText(text)}
        aria-label={`Copy: ${text}`}
      >
        Copy
      </button>
    </div>
  );
}
