/** What happens to a request before its action is called, and to the answer before it is sent. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "moleculer";
import type { Meta } from "../../../lib/bus.ts";
import type { Action } from "../../../lib/contract.ts";
import { KeyInvalid, MAX_KEY } from "../../../lib/idempotency.ts";
import { principalFor } from "../../../lib/principal.ts";
import type { LimitClass } from "../../../middlewares/limit.ts";
import { actionNamed } from "../../contracts.ts";
import type { GatewayService } from "../gateway.service.ts";
import { pathOf } from "./answers.ts";
import { addressOf, personOf, type SignedIn } from "./authenticate.ts";
import { bytesOf, jsonOf, MAX_JSON_BYTES } from "./body.ts";
import { languageOf } from "./language.ts";
import { parametersOf } from "./parameters.ts";

type Text = Record<string, string | string[] | undefined>;
export interface WebRequest extends IncomingMessage {
  $params?: Record<string, unknown> & { query?: Text; params?: Text };
  $alias?: { action?: string };
  $kept?: { key: string; generation: number; contract: Action };
  originalUrl?: string;
}

/** Judges limits and sign-in, reads the body, and puts together what the action is asked with. */
export async function letIn(
  gateway: GatewayService,
  ctx: Context<unknown, Meta>,
  { request, response, action }: { request: WebRequest; response: ServerResponse; action: string },
): Promise<void> {
  const contract = actionNamed(action);
  if (!contract) return;
  gateway.front.willKeep(request, action);
  const person = personOf(request, gateway.denials);
  await countRequest(gateway, { request, response, contract, person });
  Object.assign(ctx.meta, metaOf(request, person));
  const { query = {}, params: path = {} } = request.$params ?? {};
  const body = await bodyOf(contract, request);
  request.$params = {
    ...parametersOf(contract, { path, query, body }),
    ...versionIn(contract, request),
  };
}

async function bodyOf(
  contract: Action,
  request: IncomingMessage,
): Promise<Record<string, unknown>> {
  if (contract.stream || request.method === "GET" || request.method === "HEAD") return {};
  if (!contract.raw) return jsonOf(request);
  const bytes = await bytesOf(request, MAX_JSON_BYTES);
  const signature = request.headers["webhook-signature"];
  return { body: bytes.toString("utf8"), ...(typeof signature === "string" && { signature }) };
}

async function countRequest(
  { limits }: GatewayService,
  asked: {
    request: IncomingMessage;
    response: ServerResponse;
    contract: Action;
    person: SignedIn | undefined;
  },
): Promise<void> {
  const { request, response, contract, person } = asked;
  if (contract.rateClass === "webhook") return;
  const address = addressOf(request);
  const ordinary: [LimitClass, string] = person ? ["user", person.id] : ["anonymous", address];
  const headers = await limits.count(...ordinary);
  const narrow = contract.rateClass
    ? await limits.count(contract.rateClass, person?.id ?? address)
    : {};
  response.setHeaders(new Map(Object.entries({ ...headers, ...narrow })));
}

function metaOf(request: IncomingMessage, person: SignedIn | undefined): Meta {
  const { headers } = request;
  const key = headers["idempotency-key"];
  const guestToken = headers["x-cart-token"];
  return {
    language: languageOf(headers["accept-language"]),
    ip: addressOf(request),
    agent: (headers["user-agent"] ?? "").slice(0, 200),
    ...(person && { principal: principalFor(person) }),
    ...(key !== undefined && { key: checkedKey(key) }),
    ...(typeof guestToken === "string" && { guestToken: guestToken.slice(0, 200) }),
  };
}

function checkedKey(key: string | string[]): string {
  if (typeof key === "string" && key.length <= MAX_KEY && /^[\x21-\x7e]+$/.test(key)) return key;
  throw KeyInvalid({ max: MAX_KEY });
}

/** `If-Match: "3"` says which version was seen, as the parameter `version` would (RFC 9110 §13.1.1). */
function versionIn({ params }: Action, { headers }: IncomingMessage): { version?: number } {
  const version = /^"?(\d{1,15})"?$/.exec(headers["if-match"] ?? "")?.[1];
  return params.version && version !== undefined ? { version: Number(version) } : {};
}

/** Status and headers of a good answer. */
export function sendOff(
  ctx: Context<unknown, Meta>,
  { request, response }: { request: WebRequest; response: ServerResponse },
  data: unknown,
): unknown {
  const contract = actionNamed(request.$alias?.action ?? "");
  if (!contract) return data;
  ctx.meta.$statusCode ??= contract.status ?? 200;
  if (ctx.meta.$statusCode === 201) ctx.meta.$location ??= locationOf(request, data);
  const shared = contract.cache?.shared === true;
  response.setHeader(
    "cache-control",
    shared ? `public, max-age=${Math.min(contract.cache?.seconds ?? 0, 10)}` : "no-store",
  );
  const version = (data as { version?: unknown } | null)?.version;
  if (typeof version === "number") response.setHeader("etag", `"${version}"`);
  return data;
}

/** Where what was made can be read: under its id, at the address that made it. */
function locationOf(request: WebRequest, data: unknown): string {
  const { id } = (data ?? {}) as { id?: unknown };
  const path = pathOf(request);
  return typeof id === "string" ? `${path}/${id}` : path;
}
