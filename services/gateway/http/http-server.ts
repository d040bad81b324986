/** The HTTP server before moleculer-web: limits, headers, cached answers, pages, routes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { cacheControlOf } from "../../../edge/after.ts";
import { languageOf } from "../../../edge/language.ts";
import { isKnown } from "../../../edge/preconditions.ts";
import { personIfKnown } from "../../../edge/principal.ts";
import type { Action } from "../../../lib/contract.ts";
import { ACTIONS, actionNamed } from "../../registry.ts";
import type { GatewayService } from "../gateway.types.ts";
import { pageFor } from "../pages/pages.ts";
import { answerProblem, answerToNoise, pathOf, SECURITY_HEADERS, withHeaders } from "./answers.ts";
import { addressOf } from "./address.ts";
import { answerOrigin } from "./cors.ts";
import { encode, type WebRequest } from "./hooks.ts";
import { AddressTooLong, HeadersTooLarge, NoSuchRoute, WrongMethod } from "./failures.ts";
import { type RequestMetrics, requestMetrics } from "./metrics.ts";
import { ConnectionDraining } from "./draining.ts";
import { discoveredActions } from "./discovered.ts";
import { type Alias, aliases, RouteIndex } from "./routes.ts";
import { identify } from "./trace.ts";

const MAX_ADDRESS_BYTES = 4_096;
const MAX_HEADERS = 100;
const MAX_HEADER_BYTES = 16_384;
const CACHED_HEADERS = Object.entries(SECURITY_HEADERS).flat();

interface WebGateway {
  readonly aliases: readonly Alias[];
  readonly routes: readonly object[];
  createAlias(route: object, line: string, target: string): Alias;
}
type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export class HttpServer {
  readonly #gateway: GatewayService;
  readonly #metrics: RequestMetrics;
  readonly draining = new ConnectionDraining();
  #index: RouteIndex<Alias> | undefined;
  #discovered: ReadonlyMap<string, Action> = new Map();

  constructor(gateway: GatewayService) {
    this.#gateway = gateway;
    this.#metrics = requestMetrics(gateway.broker);
  }

  serverFor(): Server {
    const { httpHandler } = this.#gateway as unknown as { httpHandler: Handler };
    const server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: 10_000,
        requestTimeout: 30_000,
        keepAliveTimeout: 65_000,
      },
      (request, response) => void this.#handle(request, response, httpHandler),
    );
    server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
      if (socket.writable) socket.end(answerToNoise(error));
      else socket.destroy();
    });
    return server;
  }

  async #handle(request: WebRequest, response: ServerResponse, next: Handler): Promise<void> {
    identify(request);
    try {
      const isForeign = request.headers.origin !== undefined && answerOrigin(request, response);
      if (isForeign) return;
      if (request.method === "GET" && (await this.#answerCached(request, response))) return;
      this.#metrics.watch(request, response);
      this.draining.track(response);
      this.#assertBounds(request);
      for (const name in SECURITY_HEADERS) response.setHeader(name, SECURITY_HEADERS[name] ?? "");
      if (await pageFor(this.#gateway, request, response)) return;
      if (request.method === "OPTIONS" && this.#answerOptions(request, response)) return;
      await next(request, response);
    } catch (error) {
      this.refuse(request, response, error);
    }
  }

  /** Answers OPTIONS with the path's methods (RFC 9110 §9.3.7); false where there is no route. */
  #answerOptions(request: IncomingMessage, response: ServerResponse): boolean {
    const allow = this.#allowedAt(pathOf(request));
    if (allow === "") return false;
    response.writeHead(204, { allow }).end();
    return true;
  }

  refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const { logger } = this.#gateway;
    answerProblem(request, response, error, { logger, traceId: traceOf(request) });
  }

  #assertBounds({ url = "", rawHeaders }: IncomingMessage): void {
    if (Buffer.byteLength(url) > MAX_ADDRESS_BYTES)
      throw AddressTooLong({ maxBytes: MAX_ADDRESS_BYTES });
    if (rawHeaders.length / 2 > MAX_HEADERS) throw HeadersTooLarge({});
  }

  notFound(request: IncomingMessage): Error {
    const method = request.method ?? "";
    const path = pathOf(request).slice(0, 200);
    const allow = this.#allowedAt(path);
    return allow === ""
      ? NoSuchRoute({ method, path })
      : withHeaders(WrongMethod({ method, allowed: allow }), { allow });
  }

  #allowedAt(path: string): string {
    const methods = this.#routes().methodsAt(path);
    if (methods.length === 0) return "";
    return [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  }

  /** Answers from the cache; true when it did. @throws TooManyRequests (429) */
  async #answerCached(request: WebRequest, response: ServerResponse): Promise<boolean> {
    const { limits, revoked, responses } = this.#gateway;
    const key = keyOf(request);
    const cached = responses.get(key);
    if (!cached) return false;
    const { headers } = request;
    const personId = personIfKnown(headers.authorization, revoked)?.id;
    const counted = await limits.count({ personId, address: addressOf(request) });
    if (counted.refusal) throw withHeaders(counted.refusal, counted.headers);
    const { representation, contract } = cached;
    const { bytes, etag, encoding } = representation.encodedFor(
      headers["accept-encoding"]?.toString(),
    );
    const known = isKnown(headers["if-none-match"], etag);
    if (this.draining.begun) response.setHeader("connection", "close");
    response.writeHead(known ? 304 : 200, [
      ...CACHED_HEADERS,
      "content-type",
      "application/json; charset=utf-8",
      "content-language",
      languageOf(headers["accept-language"]),
      "cache-control",
      cacheControlOf(contract),
      "etag",
      etag,
      "x-request-id",
      traceOf(request),
      ...Object.entries(counted.headers).flat(),
      ...(encoding ? ["content-encoding", encoding] : []),
      ...(known ? [] : ["content-length", String(bytes.length)]),
    ]);
    response.end(known ? undefined : bytes);
    this.#metrics.cached(known ? 304 : 200);
    return true;
  }

  encode(request: WebRequest, response: ServerResponse, data: unknown): Buffer {
    return encode(this.#gateway, request, response, data);
  }

  resolve(url: string, method: string): { alias: Alias; params: object } | false {
    return this.#routes().find(url, method === "HEAD" ? "GET" : method);
  }

  /** Marks a shared answer, before it is made, with its cache key. */
  markCacheable(request: WebRequest, action: string): void {
    const contract = this.actionNamed(action);
    if (!contract?.cache?.shared || request.method !== "GET") return;
    request.$cacheable = { key: keyOf(request), stamp: this.#gateway.responses.stamp() };
  }

  actionNamed(name: string): Action | undefined {
    return actionNamed(name) ?? this.#discovered.get(name);
  }

  /** Services have come or gone: routes of those that no contract here declares come and go with them. */
  discover(): void {
    const found = discoveredActions(this.#gateway.broker);
    const web = this.#gateway as unknown as WebGateway;
    const made = Object.entries(aliases(found)).flatMap(([line, target]) =>
      web.routes.map((route) => web.createAlias(route, line, target)),
    );
    this.#discovered = new Map(found.map((action) => [action.name, action]));
    // Own routes come first: no other service takes over an address of this node's contracts.
    this.#index = this.#indexOf(made);
  }

  #routes(): RouteIndex<Alias> {
    this.#index ??= this.#indexOf([]);
    return this.#index;
  }

  #indexOf(more: readonly Alias[]): RouteIndex<Alias> {
    return new RouteIndex([...(this.#gateway as unknown as WebGateway).aliases, ...more]);
  }
}

/** Parameters of all cacheable actions. */
const KEY_PARAMETERS = new Set(
  ACTIONS.filter(({ cache }) => cache?.shared).flatMap(({ params }) => Object.keys(params)),
);

/** Returns the cache key: language and address, without irrelevant parameters. */
function keyOf({ originalUrl, url = "/", headers }: WebRequest): string {
  const address = originalUrl ?? url;
  const language = languageOf(headers["accept-language"]);
  const [path = "", query] = address.split("?", 2);
  if (query === undefined) return `${language} ${path}`;
  const named = query.split("&").filter((one) => KEY_PARAMETERS.has(one.split("=", 1)[0] ?? ""));
  return `${language} ${path}?${named.join("&")}`;
}

const traceOf = ({ headers }: IncomingMessage) => String(headers["x-request-id"] ?? "");
