/** `pg` as Sequelize is given it: each wait for the server has an end. */
import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import pg from "pg";

/** Default time limit of a statement on the server. */
export const STATEMENT_LIMIT_MS = 5_000;
const CONNECT_LIMIT_MS = 5_000;
const END_LIMIT_MS = 2_000;
/** The server itself ends a statement at its limit; if this time passes too, it is unreachable. */
const GRACE_MS = 3_000;
const TICK_MS = 500;
/** After this idle time the kernel probes whether the peer is alive. */
const KEEP_ALIVE_AFTER_MS = 30_000;
const SET_LIMIT = {
  name: "statement-limit",
  text: "select set_config('statement_timeout', $1, false)",
};

interface Internals {
  readonly connection: EventEmitter & { readonly stream: Duplex };
  /** False from the first statement sent until the last one is answered; undefined before it is connected. */
  readonly readyForQuery?: boolean;
}

/**
 * A connection that fails when no answer comes, because the server is frozen or the network lost
 * the answer. Every waiting statement then fails with `ETIMEDOUT`, and Sequelize's pool drops it.
 * Sequelize attaches its error listener shortly after the connection is open. If the server closes
 * it before that, an unhandled error would end the process; here the first statement fails instead.
 */
export class Client extends pg.Client {
  /** The statement time limit that the server has now for this connection. */
  statementLimitMs = STATEMENT_LIMIT_MS;
  readonly #internals = this as unknown as Internals;
  #silentMs = 0;

  constructor(config?: pg.ClientConfig) {
    super({
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      ...config,
    });
    this.on("error", () => undefined);
    this.#internals.connection.on("readyForQuery", () => (this.#silentMs = 0));
    const watching = setInterval(() => this.#watch(), TICK_MS).unref();
    this.once("end", () => clearInterval(watching));
  }

  /** Sets later statements' time limit, which the server gets with the next one if it differs. */
  limitStatements(limitMs: number): void {
    if (limitMs === this.statementLimitMs) return;
    this.statementLimitMs = limitMs;
    this.query({ ...SET_LIMIT, values: [String(limitMs)] }).catch(() => {
      // The server's limit is unknown now, so the next user of the connection sets it again.
      this.statementLimitMs = 0;
    });
  }

  /** Says good-bye to the server, and leaves after a while also when that does not answer. */
  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const leaving = setTimeout(() => this.#internals.connection.stream.destroy(), END_LIMIT_MS);
    this.once("end", () => clearTimeout(leaving));
    return callback ? super.end(callback) : super.end();
  }

  /**
   * Counts the time without an answer in turns of the event loop, not by the clock: when this process
   * itself stood still, the answers that came meanwhile are read first.
   */
  #watch(): void {
    const { readyForQuery, connection } = this.#internals;
    this.#silentMs = readyForQuery === false ? this.#silentMs + TICK_MS : 0;
    if (this.#silentMs <= this.statementLimitMs + GRACE_MS) return;
    const text = `The database has not answered for ${this.#silentMs} ms.`;
    connection.stream.destroy(Object.assign(new Error(text), { code: "ETIMEDOUT" }));
  }
}

export const driver: typeof pg = { ...pg, Client };
