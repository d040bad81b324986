import { randomUUID } from "node:crypto";
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Service } from "moleculer";
import { languageOf } from "../../../edge/language.ts";
import { problemOf } from "../../../lib/problem.ts";
import { TokenExpired, TokenInvalid } from "../../../lib/token.ts";
import { HeadersTooLarge, RequestMalformed } from "./failures.ts";

const READ_ANYWAY_BYTES = 100_000;

/** Headers that every answer of the API has. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-site",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
  vary: "Accept-Encoding, Accept-Language, Origin",
};

const headersOf = new WeakMap<object, Readonly<Record<string, string>>>();

/** Says which headers the answer to a refusal has, besides those of every refusal. */
export function withHeaders<E extends object>(
  error: E,
  headers: Readonly<Record<string, string>>,
): E {
  headersOf.set(error, headers);
  return error;
}

/** Answers an error as a problem; unexpected ones are logged with what the client does not get. */
export function answerProblem(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  { logger, traceId }: { logger: Service["logger"]; traceId: string },
): void {
  const language = languageOf(request.headers["accept-language"]);
  const problem = problemOf(error, language, traceId);
  if (problem.status >= 500) logger.error(`${request.method} ${pathOf(request)} failed.`, error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = Buffer.from(JSON.stringify(problem));
  for (const name of ["etag", "content-encoding"]) response.removeHeader(name);
  const closes = hasMuchLeft(request);
  const { retryAfterSeconds } = problem;
  const retryAfter =
    typeof retryAfterSeconds === "number"
      ? retryAfterSeconds
      : problem.status === 503
        ? 2
        : undefined;
  response.writeHead(problem.status, {
    "content-type": "application/problem+json; charset=utf-8",
    "content-length": body.length,
    "content-language": language,
    "cache-control": "no-store",
    ...headersOf.get(Object(error) as object),
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    ...(problem.status === 401 && { "www-authenticate": challengeOf(problem.code) }),
    ...(closes && { connection: "close" }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
  if (closes) response.once("finish", () => request.destroy());
}

/** RFC 6750 §3.1: the challenge names an invalid token if there was one. */
const challengeOf = (code: string): string =>
  code === TokenInvalid.type || code === TokenExpired.type
    ? 'Bearer error="invalid_token"'
    : "Bearer";

/**
 * Returns true if so much of a refused body is still to come that it is not worth reading: then the
 * connection is closed, and the answer announces it. Node itself reads and discards a small rest.
 */
function hasMuchLeft({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false;
  const declared = Number(headers["content-length"] ?? 0);
  return headers["transfer-encoding"] !== undefined || !(declared <= READ_ANYWAY_BYTES);
}

/** The whole answer to what could not be read as HTTP: in the system's language, since theirs is not known. */
export function answerToNoise({ code }: NodeJS.ErrnoException): string {
  const failure = code === "HPE_HEADER_OVERFLOW" ? HeadersTooLarge : RequestMalformed;
  const problem = problemOf(failure({}), languageOf(undefined), randomUUID());
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ""}`,
    "content-type: application/problem+json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
    "",
    body,
  ].join("\r\n");
}

export const pathOf = (request: IncomingMessage): string =>
  ((request as { originalUrl?: string }).originalUrl ?? request.url ?? "/").split("?")[0] ?? "/";
