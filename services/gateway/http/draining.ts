/** Closes the HTTP server gracefully: it refuses new connections, and answers open requests. */
import { once } from "node:events";
import { Server as NetServer } from "node:net";
import type { Server, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Idle connections have this long for one last request, whose answer closes them. */
const LAST_REQUESTS_MS = 1_000;
/** Together with the services' own time, less than the 10 s that a node has to end. */
const DRAIN_TIMEOUT_MS = 4_500;

export class ConnectionDraining {
  #server: Server | undefined;
  readonly #unanswered = new Set<ServerResponse>();

  get begun(): boolean {
    return this.#server !== undefined;
  }

  /** Marks each answer from now on as the last one of its connection (RFC 9112, 9.6). */
  track(response: ServerResponse): void {
    if (this.#server) response.setHeader("connection", "close");
    else {
      this.#unanswered.add(response);
      response.once("close", () => this.#unanswered.delete(response));
    }
  }

  /**
   * Takes no more connections, and answers when all that were open are closed: after their answers, or,
   * what takes longer than 4.5 s, without one. May be repeated.
   */
  async drain(server: Server): Promise<void> {
    if (this.#server || !server.listening) return;
    this.#server = server;
    const closed = once(server, "close");
    // Otherwise their connections would stay open, and delay the end.
    for (const response of this.#unanswered)
      if (!response.headersSent) response.setHeader("connection", "close");
    // The HTTP server's own close would also cut connections on which a request is arriving.
    NetServer.prototype.close.call(server);
    const silent = setTimeout(() => server.closeIdleConnections(), LAST_REQUESTS_MS);
    const late = new AbortController();
    const waiting = sleep(DRAIN_TIMEOUT_MS, undefined, { signal: late.signal }).catch(
      () => undefined,
    );
    await Promise.race([closed, waiting]);
    late.abort();
    clearTimeout(silent);
    server.closeAllConnections();
  }
}
