// Arrow tables as IPC streams and back, the form in which rows cross into WebAssembly.

import * as arrow from 'apache-arrow';

/** Collects a stream's pieces as they come. */
class PieceList extends arrow.AsyncByteQueue {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  override write(piece: Parameters<arrow.AsyncByteQueue['write']>[0]): void {
    this.#pieces.push(piece as Uint8Array);
    this.#length += (piece as Uint8Array).length;
  }

  joined(): Uint8Array {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}

/**
 * The stream of a table. Its buffers are written whole: slice a table's rows by building new buffers (`conform` does),
 * since a slice in Arrow's sense is written with all of its parent.
 *
 * The pieces are joined here and not by `arrow.tableToIPC`, which takes two neighbouring columns that lie on one
 * buffer for one, and so loses bytes (apache-arrow 21.2.0).
 */
export function writeIpc(table: arrow.Table): Uint8Array {
  const list = new PieceList();
  const writer = new arrow.RecordBatchStreamWriter();
  writer.reset(list);
  writer.write(table);
  writer.finish();
  return list.joined();
}

/** The table in a stream; it keeps views of the bytes. */
export const readIpc = (ipc: Uint8Array): arrow.Table => arrow.tableFromIPC(ipc);
