/** One action as an operation of OpenAPI. */
import type { TSchema } from "@sinclair/typebox";
import { PreconditionFailed } from "../../../edge/preconditions.ts";
import { type Action, routesOf } from "../../../lib/contract.ts";
import { failuresOf } from "../../../lib/declared-failures.ts";
import type { Failure } from "../../../lib/failure.ts";
import { TokenExpired, TokenInvalid } from "../../../lib/token.ts";
import { ANYWHERE, headersNamed, parameter, refusedWith, WITH_BODY } from "./parts.ts";
import { isOptional, type Json, type Schemas } from "./schemas.ts";

const JSON_TYPE = "application/json";
const takesBody = (method: string) => method !== "GET" && method !== "DELETE";

/** How a request may be refused: as its action does, and before it, by the gateway. */
export const refusalsOf = (action: Action): Failure<never>[] => [
  ...ANYWHERE,
  TokenInvalid,
  TokenExpired,
  ...(routesOf(action).some(({ method }) => takesBody(method)) ? WITH_BODY : []),
  ...(action.params.version ? [PreconditionFailed] : []),
  ...failuresOf(action),
];

/** Writes operations; refusals that several of them share are components of the document. */
export class Operations {
  readonly #schemas: Schemas;
  readonly #refusals = new Map<string, Json>();
  /** "409 CART_CHANGED CART_ORDERED": the name of the component. */
  readonly #names = new Map<string, string>();

  constructor(schemas: Schemas) {
    this.#schemas = schemas;
  }

  refusals(): Json {
    return Object.fromEntries(this.#refusals);
  }

  /** The route `i` of an action: the first is the one to use, the others are kept for old clients. */
  operation(action: Action, i: number): Json {
    const [first, ...others] = routesOf(action);
    const { method, path } = (i === 0 ? first : others[i - 1]) ?? { method: "GET", path: "/" };
    const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
    const rest = Object.entries(action.params).filter(([name]) => !inPath.includes(name));
    const inUrl = action.stream || !takesBody(method);
    const parameters = [
      ...inPath.map((name) => this.#parameter(name, "path", action.params[name])),
      ...(inUrl ? rest.map(([name, shape]) => this.#parameter(name, "query", shape)) : []),
      ...headersTaken(action).map(parameter),
    ];
    const instead = i > 0 && first ? `\`${first.method} ${first.path}\`` : action.deprecated;
    return {
      ...(i === 0 && { operationId: action.name }),
      ...(instead !== undefined && { deprecated: true }),
      summary: action.summary,
      description: wordsOf(action, instead),
      tags: [tagOf(action)],
      security: action.allow === "public" ? [{}, { bearer: [] }] : [{ bearer: [] }],
      ...(parameters.length > 0 && { parameters }),
      ...(takesBody(method) && this.#body(action, rest)),
      responses:
        i === 0
          ? { ...this.#answers(action), ...this.#refused(action) }
          : { default: { description: `As ${instead}.` } },
    };
  }

  #parameter(name: string, place: "path" | "query", shape?: TSchema): Json {
    const { description, ...schema } = shape
      ? this.#schemas.write(shape, "request")
      : { type: "string", description: undefined };
    return {
      name,
      in: place,
      required: place === "path" || (shape !== undefined && !isOptional(shape)),
      ...(description !== undefined && { description }),
      schema,
      ...(shape?.type === "array" && { style: "form", explode: false }),
    };
  }

  #body(action: Action, fields: [string, TSchema][]): Json {
    if (action.stream || action.raw) {
      const type = action.consumes ?? (action.raw ? JSON_TYPE : "application/octet-stream");
      return { requestBody: { required: true, content: { [type]: {} } } };
    }
    // The version may come as If-Match instead.
    const required = fields
      .filter(([name, shape]) => !isOptional(shape) && name !== "version")
      .map(([name]) => name);
    const properties = Object.fromEntries(
      fields.map(([name, shape]) => [name, this.#schemas.write(shape, "request")]),
    );
    const schema = {
      type: "object",
      properties,
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    };
    const example = action.examples?.[0];
    const content = { [JSON_TYPE]: { schema, ...(example && { example: example.params }) } };
    return { requestBody: { required: required.length > 0, content } };
  }

  #answers(action: Action): Json {
    const { status = 200, pendingStatus, produces = JSON_TYPE, returns, summary } = action;
    const reads = action.kind === "query";
    const headers = headersNamed(
      ...(reads || returns.properties?.version ? (["ETag"] as const) : []),
      ...(status === 201 ? (["Location"] as const) : []),
    );
    const schema = this.#schemas.write(returns, "answer");
    const content = { [produces]: produces === JSON_TYPE ? { schema } : {} };
    return {
      [status]: { description: summary, headers, ...(status !== 204 && { content }) },
      ...(pendingStatus && {
        [pendingStatus]: { description: "Accepted: it is not final yet.", headers, content },
      }),
      ...(reads && {
        304: { description: "As the ETags of If-None-Match say.", headers: headersNamed("ETag") },
      }),
    };
  }

  #refused(action: Action): Json {
    const byStatus = Map.groupBy(new Set(refusalsOf(action)), ({ status }) => status);
    const statuses = [...byStatus].toSorted(([a], [b]) => a - b);
    return Object.fromEntries(statuses.map((one) => [one[0], this.#refusal(...one)]));
  }

  /** One code is a component of its own name; several together are numbered within their status. */
  #refusal(status: number, failures: readonly Failure<never>[]): Json {
    const codes = failures.map(({ type }) => type).join(" ");
    const known = [...this.#names.keys()].filter((it) => it.startsWith(`${status} `)).length;
    const key = `${status} ${codes}`;
    const name = this.#names.get(key) ?? (failures.length > 1 ? `${status}-${known + 1}` : codes);
    if (!this.#names.has(key)) this.#refusals.set(name, refusedWith(status, failures));
    this.#names.set(key, name);
    return { $ref: `#/components/responses/${name}` };
  }
}

function headersTaken({ kind, idempotency, guestToken, params }: Action) {
  return [
    ...(kind === "query" ? (["If-None-Match"] as const) : []),
    ...(params.version ? (["If-Match"] as const) : []),
    ...(idempotency ? (["Idempotency-Key"] as const) : []),
    ...(guestToken ? (["x-cart-token"] as const) : []),
  ];
}

const tagOf = ({ tag, name }: Action) => tag ?? name.split(".")[0] ?? "";

const wordsOf = ({ description, allow, since }: Action, instead?: string): string =>
  [
    ...(instead === undefined ? [] : [`Kept for old clients: use ${instead}.`]),
    ...(description === undefined ? [] : [description]),
    `Allowed to: ${audienceOf(allow)}.`,
    ...(since === undefined ? [] : [`Since version ${since}.`]),
  ].join("\n\n");

const audienceOf = (allow: Action["allow"]) =>
  allow === "public"
    ? "anyone"
    : allow === "authenticated"
      ? "everybody who is signed in"
      : `the permission \`${allow}\``;
