// See programs.mjs.

/** Where the program is, or why there is none. */
export type Installed = { readonly program: string } | { readonly reason: string };
export declare function installFromGo(name: string, module: string, version: string): Promise<Installed>;
export declare function installFromNpm(name: string, version: string, file: string): Promise<Installed>;
export declare function startServer(options: {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly isUp: () => Promise<boolean>;
}): Promise<{ stop(): Promise<void> }>;
export declare function freePort(): Promise<number>;
