/** Restricts cross-origin requests of browsers (Fetch standard, CORS protocol) to an exact list. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { config } from "../../../config.ts";
import { failure } from "../../../lib/failure.ts";

const OriginRefused = failure<{ origin: string }>("ORIGIN_REFUSED", 403, {
  en: "Pages of {origin} may not call this. Add it to CORS_ORIGINS.",
  fr: "Les pages de {origin} ne peuvent pas appeler ceci. Ajoutez-la à CORS_ORIGINS.",
});

const METHODS = "GET, POST, PUT, PATCH, DELETE";
const TAKEN =
  "authorization, content-type, idempotency-key, accept-language, if-match, if-none-match, x-cart-token, traceparent, x-requested-with";
const GIVEN =
  "x-request-id, ratelimit, ratelimit-policy, retry-after, etag, location, allow, content-language, content-disposition";
const MAX_AGE_SECONDS = "600";
const allowed = new Set(config.http.origins.map((origin) => origin.trim()));

/**
 * Says what a browser must know, and answers its question before a request (a preflight); true when
 * it did. @throws OriginRefused (403) for a page of an origin that is not on the list.
 */
export function answerOrigin(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin, host } = request.headers;
  // Requests of our own pages, and of clients other than browsers.
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`)
    return false;
  if (!allowed.has(origin)) throw OriginRefused({ origin: origin.slice(0, 100) });
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-expose-headers", GIVEN);
  if (request.method !== "OPTIONS" || !request.headers["access-control-request-method"])
    return false;
  response.writeHead(204, {
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": TAKEN,
    "access-control-max-age": MAX_AGE_SECONDS,
    "content-length": 0,
  });
  response.end();
  return true;
}
