/** OpenAPI 3.1 of the system, written from the contracts: what is documented is what is checked. */
import type { TSchema } from "@sinclair/typebox";
import { config } from "../../../config.ts";
import { TooManyRequests } from "../../../edge/limits.ts";
import { PreconditionFailed } from "../../../edge/preconditions.ts";
import { type Action, routesOf } from "../../../lib/contract.ts";
import { failuresOf } from "../../../lib/declared-failures.ts";
import { type Failure, formatMessage } from "../../../lib/failure.ts";
import { DatabaseUnavailable } from "../../../lib/sql.ts";
import { ACTIONS } from "../../registry.ts";

type Json = Record<string, unknown>;

export function openapi(): Json {
  const paths: Record<string, Json> = {};
  for (const action of ACTIONS) {
    routesOf(action).forEach(({ method, path }, i) => {
      const address = path.replace(/:(\w+)/g, "{$1}");
      paths[address] = {
        ...paths[address],
        [method.toLowerCase()]: operationOf(action, method, path, i),
      };
    });
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Comptoir",
      version: config.version,
      summary: "Shop, stock, orders and payments of a business with one shop or many.",
      description:
        "Every route is also at /api. Amounts are whole numbers in the smallest unit of their currency where the name ends in `Minor`. Refusals are `application/problem+json` (RFC 9457) in French or English by `Accept-Language`. Requests that create or pay take an `Idempotency-Key`.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }, { url: "/api" }],
    tags: tags(),
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      schemas: { Problem: PROBLEM },
    },
  };
}

function operationOf(action: Action, method: string, path: string, i: number): Json {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  const rest = Object.entries(action.params).filter(([name]) => !inPath.includes(name));
  const hasBody = method !== "GET" && method !== "DELETE";
  const parameters = [
    ...inPath.map((name) => ({
      name,
      in: "path",
      required: true,
      schema: plain(action.params[name] ?? { type: "string" }),
    })),
    ...(hasBody ? [] : rest.map(([name, shape]) => queryOf(name, shape))),
    ...(action.idempotency ? [KEY] : []),
    ...(action.guestToken ? [GUEST] : []),
  ];
  return {
    operationId: i === 0 ? action.name : `${action.name}.${i + 1}`,
    summary: action.summary,
    description: `Allowed to: ${audienceOf(action)}.`,
    tags: [tagOf(action)],
    security: action.allow === "public" ? [{}, { bearer: [] }] : [{ bearer: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody && bodyOf(action, rest)),
    responses: responsesOf(action),
  };
}

function bodyOf(action: Action, fields: [string, TSchema][]): Json {
  if (action.stream)
    return { requestBody: { required: true, content: { "application/octet-stream": {} } } };
  const required = fields.filter(([, shape]) => !isOptional(shape)).map(([name]) => name);
  const schema = {
    type: "object",
    properties: Object.fromEntries(fields.map(([name, shape]) => [name, plain(shape)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
  const content = { "application/json": { schema } };
  return { requestBody: { required: required.length > 0, content } };
}

function responsesOf(action: Action): Json {
  const good = String(action.status ?? 200);
  const refusals = new Map<string, Failure<never>[]>();
  for (const failure of new Set(refusalsOf(action))) {
    const status = String(failure.status);
    refusals.set(status, [...(refusals.get(status) ?? []), failure]);
  }
  return {
    [good]: {
      description: action.summary,
      ...(good !== "204" && { content: { "application/json": { schema: plain(action.returns) } } }),
    },
    ...Object.fromEntries(
      [...refusals]
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(([status, all]) => [status, problemsOf(all)]),
    ),
  };
}

/** How a request may be refused: as its action does, and before it, by the gateway. */
export const refusalsOf = (action: Action): Failure<never>[] => [
  TooManyRequests,
  DatabaseUnavailable,
  ...(action.params.version ? [PreconditionFailed] : []),
  ...failuresOf(action),
];

const problemsOf = (failures: Failure<never>[]): Json => ({
  description: failures
    .map(({ type, sentence }) => `\`${type}\`: ${formatMessage(sentence.en)}`)
    .join("\n\n"),
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});

const queryOf = (name: string, shape: TSchema): Json => ({
  name,
  in: "query",
  required: !isOptional(shape),
  schema: plain(shape),
  ...(shape.type === "array" && { style: "form", explode: false }),
});

const tagOf = ({ tag, name }: Action) => tag ?? name.split(".")[0] ?? "house";
const tags = () =>
  [...new Set(ACTIONS.filter(({ rest }) => rest).map(tagOf))]
    .toSorted((a, b) => a.localeCompare(b))
    .map((name) => ({ name }));

const audienceOf = ({ allow }: Action) =>
  allow === "public"
    ? "anyone"
    : allow === "authenticated"
      ? "whoever is signed in"
      : `the permission \`${allow}\``;

const OPTIONAL = Symbol.for("TypeBox.Optional");
const isOptional = (shape: TSchema) => OPTIONAL in shape;
/** Without TypeBox's symbols and our own formats. */
const plain = (shape: object): Json =>
  JSON.parse(
    JSON.stringify(shape, (key, value: unknown) =>
      key === "format" && value === "text" ? undefined : value,
    ),
  ) as Json;

const KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "Makes the request repeatable: the same key and body are answered the same.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};
const GUEST = {
  name: "x-cart-token",
  in: "header",
  required: false,
  description:
    "A guest's secret, answered as `token` when their first cart was started. Their carts become the carts of whoever signs in with it.",
  schema: { type: "string", minLength: 43, maxLength: 43, pattern: "^[A-Za-z0-9_-]{43}$" },
};
const PROBLEM = {
  type: "object",
  description: "RFC 9457",
  required: ["type", "title", "status", "detail", "code", "traceId"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string" },
    traceId: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: {
          field: { type: "string" },
          rule: { type: "string" },
          detail: { type: "string" },
        },
      },
    },
  },
  additionalProperties: true,
};
