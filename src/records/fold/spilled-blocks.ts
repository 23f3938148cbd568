// Blocks of rows that wait on the disk, sorted into bins, until their bin is looked at.

import type { RowBlock } from '../rows/row-block.js';

/** Bytes beside the memory: what a run puts away for a while. Nothing of it outlives the run. */
export interface ScratchFile {
  /**
   * Adds bytes; answers the place where they lie.
   * @throws LakeError `out-of-resources` where there is no room
   */
  append(bytes: Uint8Array): Promise<number>;
  /** Reads bytes back into shared memory. */
  read(place: number, bytes: number): Promise<SharedArrayBuffer>;
  /** Gives its room back. */
  close(): Promise<void>;
}

interface PlacedBlock extends Omit<RowBlock, 'buffer'> {
  readonly place: number;
  readonly bytes: number;
}

/** Blocks by bin, in the order in which they were added. */
export class SpilledBlocks {
  readonly #file: ScratchFile;
  readonly #bins: PlacedBlock[][];

  constructor(file: ScratchFile, bins: number) {
    this.#file = file;
    this.#bins = Array.from({ length: bins }, () => []);
  }

  async add(bin: number, { rows, textBytes, buffer }: RowBlock): Promise<void> {
    const place = await this.#file.append(new Uint8Array(buffer));
    this.#bins[bin]!.push({ rows, textBytes, place, bytes: buffer.byteLength });
  }

  /** Rows of each bin. */
  get rows(): readonly number[] {
    return this.#bins.map((blocks) => blocks.reduce((sum, { rows }) => sum + rows, 0));
  }

  /** The blocks of a bin. */
  async load(bin: number): Promise<readonly RowBlock[]> {
    const blocks: RowBlock[] = [];
    for (const { rows, textBytes, place, bytes } of this.#bins[bin]!)
      blocks.push({ rows, textBytes, buffer: await this.#file.read(place, bytes) });
    return blocks;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
