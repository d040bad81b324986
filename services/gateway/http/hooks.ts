/** REST's own part of what happens before an action is called and before its answer is sent. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "moleculer";
import { cacheControlOf, representationOf, tagsOf } from "../../../edge/after.ts";
import { callerOf, counted, metaOf } from "../../../edge/before.ts";
import { isKnown, versionIn } from "../../../edge/preconditions.ts";
import type { Keeping } from "../../../edge/response-cache.ts";
import type { Meta } from "../../../lib/bus.ts";
import type { Action } from "../../../lib/contract.ts";
import type { GatewayService } from "../gateway.types.ts";
import { addressOf } from "./address.ts";
import { pathOf, withHeaders } from "./answers.ts";
import { bytesOf, jsonOf, MAX_JSON_BYTES } from "./body.ts";
import { parametersOf } from "./parameters.ts";

type Text = Record<string, string | string[] | undefined>;
export interface WebRequest extends IncomingMessage {
  $params?: Record<string, unknown> & { query?: Text; params?: Text };
  $contract?: Action;
  /** The cache key and stamp of an answer that may be cached. */
  $cacheable?: Pick<Keeping, "key" | "stamp">;
  originalUrl?: string;
}

/** Checks limits and sign-in, reads the body, and builds the action's parameters. */
export async function beforeCall(
  gateway: GatewayService,
  ctx: Context<unknown, Meta>,
  { request, response, action }: { request: WebRequest; response: ServerResponse; action: string },
): Promise<void> {
  const contract = gateway.http.actionNamed(action);
  if (!contract) return;
  request.$contract = contract;
  gateway.http.markCacheable(request, action);
  const asked = { contract, headers: request.headers, address: addressOf(request) };
  const person = callerOf(gateway, asked);
  const { headers, refusal } = await counted(gateway, asked, person);
  if (refusal) throw withHeaders(refusal, headers);
  response.setHeaders(new Map(Object.entries(headers)));
  Object.assign(ctx.meta, metaOf(asked, person));
  response.setHeader("content-language", ctx.meta.language ?? "");
  // It would be judged by moleculer-web, after the change.
  if (!isRead(request)) delete request.headers["if-none-match"];
  const { query = {}, params: path = {} } = request.$params ?? {};
  const body = await bodyOf(contract, request);
  request.$params = {
    ...parametersOf(contract, { path, query, body }),
    ...(isRead(request) ? {} : versionIn(contract, request.headers["if-match"])),
  };
}

const isRead = ({ method }: IncomingMessage) => method === "GET" || method === "HEAD";

async function bodyOf(
  contract: Action,
  request: IncomingMessage,
): Promise<Record<string, unknown>> {
  if (contract.stream || isRead(request)) return {};
  if (!contract.raw) return jsonOf(request);
  const bytes = await bytesOf(request, MAX_JSON_BYTES);
  const signature = request.headers["webhook-signature"];
  return { body: bytes.toString("utf8"), ...(typeof signature === "string" && { signature }) };
}

/** Status and headers of a good answer. */
export function afterCall(
  ctx: Context<unknown, Meta>,
  { request, response }: { request: WebRequest; response: ServerResponse },
  data: unknown,
): unknown {
  const contract = request.$contract;
  if (!contract) return data;
  ctx.meta.$statusCode ??= contract.status ?? 200;
  if (ctx.meta.$statusCode === 201) ctx.meta.$location ??= locationOf(request, data);
  response.setHeader("cache-control", cacheControlOf(contract));
  return data;
}

/** Encodes an answer with its validator, and caches it if it is the same for everybody. */
export function encode(
  { responses }: GatewayService,
  request: WebRequest,
  response: ServerResponse,
  data: unknown,
): Buffer {
  const { headers } = request;
  const representation = representationOf(data);
  const contract = request.$contract;
  if (request.$cacheable && contract) {
    const tags = tagsOf(contract, request.$params ?? {}, data);
    responses.keep({ ...request.$cacheable, tags, contract }, representation);
  }
  const { bytes, etag, encoding } = representation.encodedFor(
    headers["accept-encoding"]?.toString(),
  );
  if (encoding) response.setHeader("content-encoding", encoding);
  if (isRead(request) || hasVersion(data)) response.setHeader("etag", etag);
  if (isRead(request) && response.statusCode === 200 && isKnown(headers["if-none-match"], etag))
    response.statusCode = 304;
  return bytes;
}

const hasVersion = (data: unknown) =>
  typeof (data as { version?: unknown } | null)?.version === "number";

/** Returns the address of a created resource: its id below the request's path. */
function locationOf(request: WebRequest, data: unknown): string {
  const { id } = (data ?? {}) as { id?: unknown };
  const path = pathOf(request);
  return typeof id === "string" ? `${path}/${id}` : path;
}
