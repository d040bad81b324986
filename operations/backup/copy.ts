/**
 * COPY over the connection of `pg`: rows leave and enter as the blocks of text that the server writes
 * and reads itself. https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-COPY
 */
import { once } from "node:events";
import type { Socket } from "node:net";
import type { Client, Submittable } from "pg";
import { BLOCK_BYTES } from "./blocks.ts";

/** Most tables are small. */
const FIRST_BYTES = 64 * 1024;
/** So many blocks may wait for whoever takes them before the server is told to wait. */
const WAITING = 2;
const FRAME_BYTES = 128 * 1024;

interface Connection {
  readonly stream: Socket;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}
interface Complete {
  readonly text: string;
}

/** What `pg` asks of anything that is sent as a query. */
abstract class Copying implements Submittable {
  readonly #text: string;
  readonly done = Promise.withResolvers<number>();
  #rows = 0;

  constructor(text: string) {
    this.#text = text;
    // Whoever reads the blocks is told; nobody may be waiting here yet.
    this.done.promise.catch(() => undefined);
  }
  submit(wire: unknown): void {
    (wire as Connection).query(this.#text);
  }
  handleCommandComplete({ text }: Complete): void {
    this.#rows = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? Number.NaN);
  }
  handleReadyForQuery(): void {
    this.done.resolve(this.#rows);
  }
  handleError(error: Error): void {
    this.done.reject(error);
  }
}

class Out extends Copying {
  readonly #full: Buffer[] = [];
  #block = Buffer.allocUnsafe(FIRST_BYTES);
  #used = 0;
  #ended = false;
  #wake: (() => void) | undefined;
  #stream: Socket | undefined;

  override submit(wire: unknown): void {
    this.#stream = (wire as Connection).stream;
    super.submit(wire);
  }
  /**
   * The server sends each row in a message of its own. They are gathered; only a single row that is
   * longer makes a longer block.
   */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.#used + chunk.length > this.#block.length) this.#makeRoom(chunk.length);
    chunk.copy(this.#block, this.#used);
    this.#used += chunk.length;
  }
  override handleReadyForQuery(): void {
    this.#flush();
    this.#end();
    super.handleReadyForQuery();
  }
  override handleError(error: Error): void {
    this.#end();
    super.handleError(error);
  }

  async *blocks(): AsyncGenerator<Buffer, number> {
    for (;;) {
      const block = this.#full.shift();
      if (block) {
        if (this.#full.length < WAITING) this.#stream?.resume();
        yield block;
      } else if (this.#ended) return await this.done.promise;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #makeRoom(bytes: number): void {
    if (this.#used + bytes > BLOCK_BYTES) {
      this.#flush();
      this.#block = Buffer.allocUnsafe(Math.max(bytes, BLOCK_BYTES));
    } else {
      const larger = Buffer.allocUnsafe(Math.max(this.#used + bytes, this.#block.length * 4));
      this.#block.copy(larger, 0, 0, this.#used);
      this.#block = larger;
    }
  }

  /** The block is given away; another one is made when something comes. */
  #flush(): void {
    if (this.#used === 0) return;
    this.#full.push(this.#block.subarray(0, this.#used));
    this.#block = Buffer.alloc(0);
    this.#used = 0;
    if (this.#full.length >= WAITING) this.#stream?.pause();
    this.#wake?.();
  }
  #end(): void {
    this.#ended = true;
    this.#wake?.();
  }
}

class In extends Copying {
  readonly #source: AsyncIterable<Buffer>;
  #failed = false;
  #cause: unknown;

  constructor(text: string, source: AsyncIterable<Buffer>) {
    super(text);
    this.#source = source;
  }
  handleCopyInResponse(wire: unknown): void {
    void this.#send(wire as Connection);
  }
  override handleError(error: Error): void {
    this.#failed = true;
    super.handleError(this.#cause instanceof Error ? this.#cause : error);
  }

  async #send(wire: Connection): Promise<void> {
    try {
      for await (const block of this.#source)
        for (let at = 0; at < block.length && !this.#failed; at += FRAME_BYTES) {
          wire.sendCopyFromChunk(block.subarray(at, at + FRAME_BYTES));
          if (wire.stream.writableNeedDrain) await drained(wire.stream);
        }
      if (!this.#failed) wire.endCopyFrom();
    } catch (error) {
      this.#cause = error;
      if (!this.#failed) wire.sendCopyFail("The rows could not be read.");
    }
  }
}

/** Also answers when the connection is gone: the query is told about it by itself. */
async function drained(stream: Socket): Promise<void> {
  const gone = new AbortController();
  const close = () => gone.abort();
  stream.once("close", close);
  await once(stream, "drain", { signal: gone.signal }).catch(() => undefined);
  stream.off("close", close);
}

/**
 * The blocks of a `copy … to stdout`, each of whole rows; the generator's return value is how many
 * rows they were. Memory stays flat: the server waits while nobody takes a block.
 */
export const copyOut = (client: Client, text: string): AsyncGenerator<Buffer, number> =>
  client.query(new Out(text)).blocks();

/** Sends `source` to a `copy … from stdin`; answers how many rows it was. */
export const copyIn = (
  client: Client,
  text: string,
  source: AsyncIterable<Buffer>,
): Promise<number> => client.query(new In(text, source)).done.promise;
