/** Observes the bytes sent to Postgres, write by write. */
import { Socket } from "node:net";

/** Each statement ends with one: https://www.postgresql.org/docs/18/protocol-message-formats.html */
const SYNC = "S\0\0\0\u0004";
/** Counts the statements in the written bytes. */
export const syncsIn = (bytes: Buffer | undefined) =>
  (bytes?.toString("latin1").split(SYNC).length ?? 0) - 1;

interface Written {
  readonly chunk: Buffer;
}
type Writes = (chunks: readonly Written[], done: (error?: Error) => void) => void;

/** Records the writes of this process's sockets until it is stopped. */
export function watchWrites() {
  const prototype = Socket.prototype as unknown as { _writev: Writes };
  const { _writev: original } = prototype;
  const writes: Buffer[] = [];
  prototype._writev = function watched(chunks, done) {
    writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    original.call(this, chunks, done);
  };
  return { writes, stop: () => void (prototype._writev = original) };
}
