// A project to begin with where there is no file yet: one source as an example, and a model that reads it.

import type { ProjectText } from './write-draft.js';

/** It runs as soon as data/ has a file that its source reads. */
export const blankProject = (name: string): ProjectText => ({
  'lake.yaml': `# A lake project: sources here, SQL in models/, files to read in data/.
# "lake settings --schema" prints everything that may stand here.
name: ${name}
sources:
  # One entry for each kind of file, for instance:
  readings:
    files: "readings*.csv"
    kind: extract # the newest delivery of a key decides; "log": all records count
    key: [sensor, measured_on]
    fields:
      sensor: text required
      measured_on: date required
      value: double
`,
  'models/gold/sensors.sql': `/*
description: Readings of each sensor
key: sensor
*/
SELECT sensor, CAST(COUNT(*) AS BIGINT) AS readings, MAX(measured_on) AS last_day
FROM silver.readings
GROUP BY sensor
`,
});
