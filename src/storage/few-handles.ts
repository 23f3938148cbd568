// A file system that keeps few files open at a time, whoever asks for how many: systems allow some hundred, and a run
// writes thousands.

import type { FileSystem } from './file-system.js';

/** The file system; opening a file waits until fewer than `most` are open. Nothing may open a second one before it closes its first. */
export function withFewHandles(fs: FileSystem, most: number): FileSystem {
  const waiting: (() => void)[] = [];
  let open = 0;
  const take = async (): Promise<void> => {
    if (open < most) open++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  /** The place goes to the next that waits. */
  const give = (): void => {
    const next = waiting.shift();
    if (next === undefined) open--;
    else next();
  };
  return {
    ...fs,
    open: async (path, flags) => {
      await take();
      try {
        const file = await fs.open(path, flags);
        return { ...file, close: () => file.close().finally(give) };
      } catch (error) {
        give();
        throw error;
      }
    },
  };
}
