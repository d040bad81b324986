/** Asks over TLS or without, and leaves the answer as it came. */
import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { request as secureRequest } from "node:https";
import { buffer } from "node:stream/consumers";
import type { Nginx } from "./nginx.ts";

export interface Seen {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Every header line, for those that must be there once. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  readonly bytes: Buffer;
  readonly text: string;
  readonly json: () => Record<string, unknown>;
}
export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly door?: keyof Nginx["ports"];
}

export async function ask(
  { ports, ca }: Pick<Nginx, "ports" | "ca">,
  path: string,
  { method = "GET", headers = {}, body, door = "https" }: Question = {},
): Promise<Seen> {
  const options = {
    host: "127.0.0.1",
    port: ports[door],
    path,
    method,
    agent: false as const,
    headers: {
      host: `shop.example:${ports[door]}`,
      "accept-language": "en",
      ...(body !== undefined && {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
      }),
      ...headers,
    },
  };
  const call = door === "https" ? secureRequest({ ...options, ca }) : request(options);
  const answered = once(call, "response");
  call.end(body);
  const [response] = (await answered) as [IncomingMessage];
  return seen(response);
}

/** Says that a body of so many bytes will come, and waits to be asked for it (RFC 9110 §10.1.1). */
export async function announce(
  { ports }: Pick<Nginx, "ports">,
  path: string,
  bytes: number,
): Promise<"continue" | Seen> {
  const headers = { expect: "100-continue", "content-length": bytes, "accept-language": "en" };
  const call = request({ port: ports.plain, path, method: "POST", agent: false, headers });
  const answered = once(call, "response");
  const continued = once(call, "continue");
  call.flushHeaders();
  const [response] = (await Promise.race([answered, continued])) as [IncomingMessage?];
  const outcome = response ? await seen(response) : "continue";
  answered.catch(() => undefined);
  call.destroy();
  return outcome;
}

async function seen(response: IncomingMessage): Promise<Seen> {
  const bytes = await buffer(response);
  const text = bytes.toString("utf8");
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    lines: linesOf(response.rawHeaders),
    bytes,
    text,
    json: () => JSON.parse(text) as Record<string, unknown>,
  };
}

function linesOf(raw: readonly string[]): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] ?? "").toLowerCase();
    lines.set(name, [...(lines.get(name) ?? []), raw[i + 1] ?? ""]);
  }
  return lines;
}
