// The codec of the book of runs of one pipeline, which has columns of its own.

import type { Pipeline } from '../define/pipeline.js';
import type { Codec } from './codec.js';
import { runCodec, type RunFigures } from './run-book.js';

/** The runs of a pipeline as rows. */
export const runsCodec = ({ runs }: Pick<Pipeline, 'runs'>): Codec<RunFigures> =>
  runCodec([...runs.nulls, ...runs.sums].map(({ column }) => column));
