/** A client as it should be: it asks again with the same key until it is told something final. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, type Ask, Http } from "./http.ts";

export interface RetryOptions {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
  /** The Idempotency-Key: the same for every asking of this. */
  readonly key?: string;
  readonly withinMs?: number;
}

const TIMEOUT_MS = 15_000;
const WITHIN_MS = 60_000;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 1_000;
/** Refusals that pass by themselves, as their contracts say. */
export const PASSING: ReadonlySet<unknown> = new Set([
  "ORDER_NOT_READY",
  "PAYMENT_IN_PROGRESS",
  "CART_IN_CHECKOUT",
  // Of somebody whose payments are still on their way to their orders.
  "TOO_MANY_OPEN_ORDERS",
]);

/**
 * Asks at any of several doors. What got no answer, or a passing one (429, 5xx, and 409 that says to
 * ask again), is asked again at the next door.
 */
export class RetryingClient {
  readonly #clients: readonly Http[];
  readonly #withinMs: number;
  #next = 0;
  /** How often something had to be asked again, by why. */
  readonly troubles = new Map<string, number>();

  /** `withinMs`: how long each request is asked again, if it does not say so itself. */
  constructor(
    bases: readonly string[],
    { connections = 64, withinMs = WITHIN_MS }: { connections?: number; withinMs?: number } = {},
  ) {
    this.#withinMs = withinMs;
    this.#clients = bases.map((base) => new Http(base, { connections }));
  }

  /** @throws Error with the last trouble, when nothing final was answered in time */
  async ask<B = Record<string, unknown>>(
    method: string,
    path: string,
    { body, token, key, headers, withinMs = this.#withinMs }: RetryOptions = {},
  ): Promise<Answer<B>> {
    const asked: Ask = {
      body,
      token,
      timeoutMs: TIMEOUT_MS,
      headers: { ...headers, ...(key !== undefined && { "idempotency-key": key }) },
    };
    const until = performance.now() + withinMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      const { answer, trouble } = await this.#once<B>(method, path, asked);
      if (answer) return answer;
      this.troubles.set(trouble, (this.troubles.get(trouble) ?? 0) + 1);
      if (performance.now() > until) throw new Error(`${method} ${path}: ${trouble}`);
      await sleep(pause * (0.5 + Math.random()));
    }
  }

  get<B = Record<string, unknown>>(path: string, token?: string): Promise<Answer<B>> {
    return this.ask<B>("GET", path, token === undefined ? {} : { token });
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  async #once<B>(method: string, path: string, asked: Ask) {
    const client = this.#clients[this.#next++ % this.#clients.length] as Http;
    try {
      const answer = await client.ask<B>(method, path, asked);
      const { status } = answer;
      const { code = "" } = answer.body as { code?: string };
      const passing = status === 429 || status >= 500 || PASSING.has(code);
      return passing ? { trouble: `${status} ${code}` } : { answer, trouble: "" };
    } catch (error) {
      const { code = "no answer" } = error as NodeJS.ErrnoException;
      return { trouble: code };
    }
  }
}
