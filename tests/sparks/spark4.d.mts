// See spark4.mjs.

import type { Installed, RunningProgram } from '../stores/programs.mjs';

export declare function installSpark4(): Promise<Installed>;

/** A Spark Connect server. */
export interface RunningSpark extends RunningProgram {
  /** `sc://127.0.0.1:port`. */
  readonly address: string;
}
export declare function startSpark4(options: {
  readonly program: string;
  readonly master?: string;
  /** Of the driver, as Java says it. */
  readonly memory?: string;
  readonly conf?: Readonly<Record<string, string | number | boolean>>;
}): Promise<RunningSpark>;

/** A standalone cluster. */
export interface RunningCluster {
  /** `spark://127.0.0.1:port`. */
  readonly master: string;
  readonly workers: readonly RunningProgram[];
  stop(): Promise<void>;
}
export declare function startCluster(options: {
  readonly program: string;
  readonly workers: number;
  /** Of each worker, as Java says it. */
  readonly memory?: string;
}): Promise<RunningCluster>;
