// Names that people give in a project: of sources, tables, fields, checks and whatever else becomes a name of the lake.

import { z } from 'zod';

/** Sources, tables and fields: they become names of tables, columns, files and reasons. */
export const nameShape = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,62}$/,
    'expected a name of lower-case letters, digits and _ that begins with a letter',
  )
  .refine((name) => !(name in Object.prototype), 'expected a name that is no word of JavaScript objects');
