import type { IncomingMessage, ServerResponse } from "node:http";
import type { Service } from "moleculer";
import { problemOf } from "../../../lib/problem.ts";
import { languageOf } from "./language.ts";

/** Headers that every answer of the API has. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-site",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
  vary: "Accept-Language, Origin",
};

/** Answers a refusal or a fault as a problem; faults are logged with all that the caller is not told. */
export function answerProblem(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  { logger, traceId }: { logger: Service["logger"]; traceId: string },
): void {
  const problem = problemOf(error, languageOf(request.headers["accept-language"]), traceId);
  if (problem.status >= 500)
    logger.error(`${request.method} ${pathOf(request)} failed.`, error as Error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = Buffer.from(JSON.stringify(problem));
  const retryAfter = problem.retryAfterSeconds ?? (problem.status === 503 ? 2 : undefined);
  response.writeHead(problem.status, {
    "content-type": "application/problem+json; charset=utf-8",
    "content-length": body.length,
    "cache-control": "no-store",
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    ...(problem.status === 401 && { "www-authenticate": "Bearer" }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
  // What is still coming of a refused body is not read: the connection is not used again.
  if (!request.complete) response.once("finish", () => request.destroy());
}

export const pathOf = (request: IncomingMessage): string =>
  ((request as { originalUrl?: string }).originalUrl ?? request.url ?? "/").split("?")[0] ?? "/";
