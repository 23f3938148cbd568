// See programs.mjs.

/** Where the program is, or why there is none. */
export type Installed = { readonly program: string } | { readonly reason: string };
export declare function installFromGo(name: string, module: string, version: string): Promise<Installed>;
export declare function installFromNpm(name: string, version: string, file: string): Promise<Installed>;
export declare function installFromPip(name: string, version: string): Promise<Installed>;
export declare function startServer(options: {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly isUp: () => Promise<boolean>;
  /** How long it may take to come up; 20 unless said. */
  readonly seconds?: number;
}): Promise<RunningProgram>;

/** A program that runs, and is ended with this process. */
export interface RunningProgram {
  /** Asks it to end, and waits until it did. */
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}
export declare function freePort(): Promise<number>;
export declare function answersAt(port: number): Promise<boolean>;
