// On a static host: which lake?

import type { JSX } from 'preact';

/** A form that opens this page with an address. */
export function AskForLake({ refused }: { readonly refused?: string }): JSX.Element {
  return (
    <main>
      <h1>Which lake?</h1>
      {refused !== undefined && (
        <p class="failure" role="alert">
          “{refused}” is no address of a lake; expected one that begins with http:// or https://, or a path
          beside this page.
        </p>
      )}
      <p class="lead">
        The address of a lake’s folder, the one that holds <code>_manifests</code>. The server must let this
        page read it (CORS) unless it is the same one.
      </p>
      <form
        class="bar"
        onSubmit={(event) => {
          event.preventDefault();
          const url = String(new FormData(event.currentTarget).get('lake') ?? '');
          location.search = new URLSearchParams({ lake: url }).toString();
        }}
      >
        <label>
          Address <input name="lake" size={40} placeholder="https://example.org/lake" required />
        </label>
        <button type="submit" class="primary">
          Open
        </button>
      </form>
    </main>
  );
}
