// `lake spark bundle`: the program that parses logs on the machines of a Spark.

import { LakeError } from '../../../common/errors.js';
import type { SparkBundle } from '../../../lake/ingest/spark-bundle.js';
import { defineCommand, valueFlag } from '../../command.js';
import { bytes } from '../../output/figures.js';
import type { Style } from '../../output/style.js';

/** `lake spark bundle --out DIR`: one file for Node. Opens no lake. */
export const sparkBundle = defineCommand({
  name: ['spark', 'bundle'],
  about: "write the program that parses logs on a Spark's machines",
  details:
    'With spark.parseFrom in the settings, a run on a Spark has its large logs parsed there (docs/scale.md). The run puts ' +
    'the program beside the lake by itself. Where the machines are to have it beforehand, write it with this ' +
    'command, copy it to the same path on each of them, and say that path in LAKE_SPARK_PROGRAM. It is one file and needs ' +
    'only Node. A run refuses a program of another version.',
  flags: { out: valueFlag('DIR', 'the folder for lake-parse.mjs') },
  examples: [['spark bundle --out /shared/lake', 'onto a disk that all machines see']],
  writes: true,
  async run({ flags: { out } }, session) {
    if (out === undefined)
      throw new LakeError(
        'invalid-input',
        'lake spark bundle: expected --out DIR, the folder for the program.',
      );
    const { writeSparkBundle } = await import('../../../lake/ingest/spark-bundle.js');
    const written = await writeSparkBundle(out);
    await session.report(written, () => bundleText(written, session.style));
  },
});

const bundleText = ({ path, bytes: size, sha256 }: SparkBundle, style: Style): readonly string[] => [
  style.strong(`${path}: ${bytes(size)}, SHA-256 ${sha256.slice(0, 12)}…`),
  'Have it under one path on every machine of the Spark, and tell runs where:',
  `  export LAKE_SPARK_PROGRAM=/path/there/lake-parse.mjs`,
];
