/** The one client of the REST API, for scripts, proofs, loads and tests: little CPU of its own. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Something to tell the person at the keyboard, without a stack. */
export class UserError extends Error {}

export interface Answer<B = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: B;
}
export interface Ask {
  readonly body?: object | string | Buffer | undefined;
  readonly token?: string | undefined;
  /** The Idempotency-Key: the same for every asking of this. */
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly withinMs?: number;
}
interface Options {
  readonly connections?: number;
  /** How long what got no final answer is asked again, if the request does not say so itself. */
  readonly withinMs?: number;
}

/** Of a client as it should be: it asks again with the same key until the answer is final. */
export const RETRYING = { withinMs: 60_000 };
/** One that is to ask again does not wait for one answer for ever. */
const RETRY_TIMEOUT_MS = 15_000;
const TIMEOUT_MS = 30_000;
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

/** Asks at any of several gateways, and, if it is to, again at the next one. */
export class ApiClient {
  readonly #bases: readonly URL[];
  readonly #agent: Agent;
  readonly #withinMs: number;
  #next = 0;
  /** How often something had to be asked again, by why. */
  readonly troubles = new Map<string, number>();

  constructor(bases: string | readonly string[], { connections = 64, withinMs = 0 }: Options = {}) {
    this.#bases = [bases].flat().map((base) => new URL(base));
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.#withinMs = withinMs;
  }

  get base(): string {
    return this.#bases[0]?.origin ?? "";
  }

  /**
   * The answer, whatever its status: JSON, or text under `text`. Within `withinMs` what got none, or a
   * passing one (429, 5xx, and 409 that says to ask again), is asked again.
   * @throws Error when no answer came, or nothing final in time
   */
  async ask<B = Record<string, unknown>>(
    method: string,
    path: string,
    asked: Ask = {},
  ): Promise<Answer<B>> {
    const { withinMs = this.#withinMs } = asked;
    if (withinMs === 0) return this.#once<B>(method, path, { timeoutMs: TIMEOUT_MS, ...asked });
    const until = performance.now() + withinMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      const { answer, trouble } = await this.#attempt<B>(method, path, asked);
      if (answer) return answer;
      this.troubles.set(trouble, (this.troubles.get(trouble) ?? 0) + 1);
      if (performance.now() > until) throw new Error(`${method} ${path}: ${trouble}`);
      await sleep(pause * (0.5 + Math.random()));
    }
  }

  get<B = Record<string, unknown>>(path: string, token?: string): Promise<Answer<B>> {
    return this.ask<B>("GET", path, { token });
  }
  post<B = Record<string, unknown>>(
    path: string,
    body: object,
    token?: string,
    key?: string,
  ): Promise<Answer<B>> {
    return this.ask<B>("POST", path, { body, token, key });
  }

  close(): void {
    this.#agent.destroy();
  }

  async #attempt<B>(method: string, path: string, asked: Ask) {
    try {
      const answer = await this.#once<B>(method, path, { timeoutMs: RETRY_TIMEOUT_MS, ...asked });
      const { status } = answer;
      const { code = "" } = answer.body as { code?: string };
      const passing = status === 429 || status >= 500 || PASSING.has(code);
      return passing ? { trouble: `${status} ${code}` } : { answer, trouble: "" };
    } catch (error) {
      const { code = "no answer" } = error as NodeJS.ErrnoException;
      return { trouble: code };
    }
  }

  #once<B>(method: string, path: string, asked: Ask): Promise<Answer<B>> {
    const { token, key, headers, timeoutMs } = asked;
    const body =
      typeof asked.body === "object" && !Buffer.isBuffer(asked.body)
        ? JSON.stringify(asked.body)
        : asked.body;
    const { hostname: host, port } = this.#bases[this.#next++ % this.#bases.length] as URL;
    return new Promise((resolve, reject) => {
      const call = request(
        {
          agent: this.#agent,
          host,
          port,
          method,
          path,
          headers: {
            "accept-language": "en",
            ...(body !== undefined && {
              "content-type": "application/json",
              "content-length": Buffer.byteLength(body),
            }),
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...(key !== undefined && { "idempotency-key": key }),
            ...headers,
          },
          timeout: timeoutMs,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: read(Buffer.concat(chunks).toString("utf8")) as B,
            }),
          );
        },
      );
      call.on("timeout", () =>
        call.destroy(new Error(`No answer to ${method} ${path} in ${timeoutMs} ms.`)),
      );
      call.on("error", reject);
      call.end(body);
    });
  }
}

function read(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return { text };
  }
}
