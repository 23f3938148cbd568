// The page begins: what it is told, which lake, then the frame.

import { render, type ComponentChild } from 'preact';
import { LakeError } from '../../common/errors.js';
import type { PageSettings } from '../reader/open.js';
import { Frame } from './frame.js';
import { LakeReader } from './lake.js';
import { AskForLake } from './pages/ask-for-lake.js';
import { Failure } from './parts/states.js';

const place = document.getElementById('app') ?? document.body;

/** In place of what stood there before the page began. */
function show(content: ComponentChild): void {
  place.replaceChildren();
  render(content, place);
}

async function begin(): Promise<void> {
  if (typeof WebAssembly !== 'object')
    throw new LakeError(
      'out-of-resources',
      'This browser runs no WebAssembly, with which the files of a lake are read. Use a newer one, or allow it.',
    );
  const settings = (await (await fetch('ui.json')).json()) as PageSettings;
  const given = settings.lake ?? new URLSearchParams(location.search).get('lake');
  if (given === null || given === '') return show(<AskForLake />);
  if (!URL.canParse(given, location.href) || !/^https?:$/.test(new URL(given, location.href).protocol))
    return show(<AskForLake refused={given} />);
  const lake = await LakeReader.open(new URL(given, location.href).href, settings);
  show(<Frame lake={lake} />);
}

begin().catch((error: unknown) => show(<Failure error={error as Error} />));
