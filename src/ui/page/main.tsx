// The page begins: what it is told, which lake, then the frame.

import { render } from 'preact';
import { LakeError } from '../../common/errors.js';
import type { PageSettings } from '../reader/open.js';
import { Frame } from './frame.js';
import { LakeReader } from './lake.js';
import { AskForLake } from './pages/ask-for-lake.js';
import { Failure } from './parts/states.js';

const place = document.getElementById('app') ?? document.body;

async function begin(): Promise<void> {
  if (typeof WebAssembly !== 'object')
    throw new LakeError(
      'out-of-resources',
      'This browser runs no WebAssembly, with which the files of a lake are read. Use a newer one, or allow it.',
    );
  const settings = (await (await fetch('ui.json')).json()) as PageSettings;
  const given = settings.lake ?? new URLSearchParams(location.search).get('lake');
  if (given === null || given === '') return render(<AskForLake />, place);
  if (!URL.canParse(given, location.href) || !/^https?:$/.test(new URL(given, location.href).protocol))
    return render(<AskForLake refused={given} />, place);
  const lake = await LakeReader.open(new URL(given, location.href).href, settings);
  render(<Frame lake={lake} />, place);
}

begin().catch((error: unknown) => render(<Failure error={error as Error} />, place));
