/** What many operations share, once: headers, parameters, the form of every refusal. */
import { TooManyRequests } from "../../../edge/limits.ts";
import { type Failure, formatMessage } from "../../../lib/failure.ts";
import { TooSlow, Unavailable } from "../../../lib/problem.ts";
import { DatabaseUnavailable } from "../../../lib/sql.ts";
import { BodyMalformed, BodyNotJson, BodyTooLarge, WrongMethod } from "../http/failures.ts";
import type { Json } from "./schemas.ts";

const text = (limits: Json = {}) => ({ type: "string", ...limits });
const refer = (kind: string) => (name: string) => ({ $ref: `#/components/${kind}/${name}` });
const header = refer("headers");
export const parameter = refer("parameters");
export const headersNamed = (...names: (keyof typeof HEADERS)[]) =>
  Object.fromEntries(names.map((name) => [name, header(name)]));

/** How any route may refuse, before its action is asked; `WITH_BODY`: any that takes one. */
export const ANYWHERE: readonly Failure<never>[] = [
  WrongMethod,
  TooManyRequests,
  DatabaseUnavailable,
  Unavailable,
  TooSlow,
];
export const WITH_BODY: readonly Failure<never>[] = [BodyMalformed, BodyTooLarge, BodyNotJson];

export const HEADERS = {
  "X-Request-ID": {
    description: "Names this request in logs; a refusal says it as `traceId`.",
    schema: text(),
  },
  "Content-Language": { description: "The language of the texts: fr or en.", schema: text() },
  ETag: {
    description: "Names what is answered, for If-None-Match; its version, for If-Match.",
    schema: text({ examples: ['"7-en"'] }),
  },
  Location: { description: "Where what was made can be read.", schema: text() },
  RateLimit: {
    description: "How many requests are left (`r`), and for how many seconds (`t`).",
    schema: text({ examples: ['"user";r=599;t=60'] }),
  },
  "RateLimit-Policy": {
    description: "How many requests (`q`) are allowed in how many seconds (`w`).",
    schema: text({ examples: ['"user";q=600;w=60'] }),
  },
  "Retry-After": {
    description: "In how many seconds asking again makes sense.",
    schema: { type: "integer", minimum: 0 },
  },
  Allow: { description: "The methods that are possible at this address.", schema: text() },
} as const satisfies Record<string, Json>;

const inHeader = (name: string, description: string, schema: Json = text()) => ({
  name,
  in: "header",
  required: false,
  description,
  schema,
});
export const PARAMETERS = {
  "Accept-Language": inHeader(
    "Accept-Language",
    "The language of texts and refusals: French or English. Without it, French.",
    text({ examples: ["en"] }),
  ),
  "X-Request-ID": inHeader(
    "X-Request-ID",
    "Names the request, where the proxy before the gateway is trusted.",
    text({ maxLength: 255 }),
  ),
  "Idempotency-Key": inHeader(
    "Idempotency-Key",
    "Makes the request repeatable: the same key and body are answered the same.",
    text({ minLength: 1, maxLength: 255 }),
  ),
  "If-Match": inHeader(
    "If-Match",
    "The ETag of what was seen, instead of `version`: what has changed since is not changed again.",
  ),
  "If-None-Match": inHeader(
    "If-None-Match",
    "ETags of what is known already: answered 304 without a body if it is still so.",
  ),
  "x-cart-token": inHeader(
    "x-cart-token",
    "A guest's secret, answered as `token` when their first cart was started. Their carts become the carts of whoever signs in with it.",
    text({ minLength: 43, maxLength: 43, pattern: "^[A-Za-z0-9_-]{43}$" }),
  ),
} as const satisfies Record<string, Json>;

export const PROBLEM = {
  type: "object",
  description: "How everything is refused: RFC 9457, with fields of its own by `code`.",
  required: ["type", "title", "status", "detail", "code", "traceId"],
  properties: {
    type: text({ description: "`/problems/` and the code." }),
    title: text({ description: "What kind of refusal it is, for people." }),
    status: { type: "integer", description: "The HTTP status." },
    detail: text({ description: "What is wrong and what to do, for people." }),
    code: text({ description: "What is wrong, for programs. It never changes its meaning." }),
    traceId: text({ description: "Names the request in logs." }),
    errors: {
      type: "array",
      description: "Each fault of the input.",
      items: {
        type: "object",
        properties: {
          field: text({ description: "Where: names with dots between them." }),
          rule: text({ description: "The rule of JSON Schema that is broken." }),
          detail: text({ description: "What is wrong, for people." }),
        },
      },
    },
  },
};

const HEADERS_OF: Readonly<Record<number, (keyof typeof HEADERS)[]>> = {
  405: ["Allow"],
  429: ["Retry-After", "RateLimit", "RateLimit-Policy"],
  503: ["Retry-After"],
};
/** An answer that refuses with one of these, which all have the same status. */
export const refusedWith = (status: number, failures: readonly Failure<never>[]): Json => ({
  description: failures
    .map(({ type, sentence }) => `\`${type}\`: ${formatMessage(sentence.en)}`)
    .join("\n\n"),
  headers: headersNamed("X-Request-ID", "Content-Language", ...(HEADERS_OF[status] ?? [])),
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});
