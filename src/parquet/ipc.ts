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

  /** All pieces in one, in memory of the length asked. */
  joined(room: (length: number) => Uint8Array): Uint8Array {
    const whole = room(this.#length);
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
export const writeIpc = (table: arrow.Table): Uint8Array =>
  piecesOf(table).joined((length) => new Uint8Array(length));

/**
 * What `use` makes of a table's stream, which it must not keep: the next one is written over it. Pages of memory that are
 * new to a process cost as much as what is written into them.
 */
export function withIpc<Made>(table: arrow.Table, use: (ipc: Uint8Array) => Made): Made {
  return use(piecesOf(table).joined(reusedRoom));
}

function piecesOf(table: arrow.Table): PieceList {
  const list = new PieceList();
  const writer = new arrow.RecordBatchStreamWriter();
  writer.reset(list);
  writer.write(table);
  writer.finish();
  return list;
}

/** Streams that are longer get memory of their own: a thread keeps no more than this. */
const MOST_REUSED_BYTES = 32 * 1024 * 1024;

let reused = new Uint8Array(0);

function reusedRoom(length: number): Uint8Array {
  if (length > MOST_REUSED_BYTES) return new Uint8Array(length);
  if (reused.length < length) reused = new Uint8Array(Math.min(MOST_REUSED_BYTES, 2 * length));
  return reused.subarray(0, length);
}

/** The table in a stream; it keeps views of the bytes. */
export const readIpc = (ipc: Uint8Array): arrow.Table => arrow.tableFromIPC(ipc);
