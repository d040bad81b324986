/** A plain client of the REST API, for scripts, proofs, loads and tests: little CPU of its own. */
import { Agent, request } from "node:http";

export interface Answer<B = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: B;
}
export interface Ask {
  readonly body?: object | string | Buffer | undefined;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export class Http {
  readonly #base: URL;
  readonly #agent: Agent;

  constructor(base: string, { connections = 64 }: { connections?: number } = {}) {
    this.#base = new URL(base);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  get base(): string {
    return this.#base.origin;
  }

  /** Whatever the status. Rejects only when no answer came. The body is JSON, or text under `text`. */
  ask<B = Record<string, unknown>>(
    method: string,
    path: string,
    asked: Ask = {},
  ): Promise<Answer<B>> {
    const { token, headers, timeoutMs = 30_000 } = asked;
    const body =
      typeof asked.body === "object" && !Buffer.isBuffer(asked.body)
        ? JSON.stringify(asked.body)
        : asked.body;
    return new Promise((resolve, reject) => {
      const call = request(
        {
          agent: this.#agent,
          host: this.#base.hostname,
          port: this.#base.port,
          method,
          path,
          headers: {
            "accept-language": "en",
            ...(body !== undefined && {
              "content-type": "application/json",
              "content-length": Buffer.byteLength(body),
            }),
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
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

  get<B = Record<string, unknown>>(path: string, token?: string): Promise<Answer<B>> {
    return this.ask<B>("GET", path, { token });
  }
  post<B = Record<string, unknown>>(
    path: string,
    body: object,
    token?: string,
    key?: string,
  ): Promise<Answer<B>> {
    const headers = key === undefined ? {} : { "idempotency-key": key };
    return this.ask<B>("POST", path, { body, token, headers });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function read(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return { text };
  }
}
