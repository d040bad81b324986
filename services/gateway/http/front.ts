/**
 * What stands before moleculer-web: limits of the request itself, security headers, kept answers,
 * pages, and the index of routes.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { actionNamed } from "../../contracts.ts";
import type { GatewayService } from "../gateway.service.ts";
import { pageFor } from "../pages/pages.ts";
import { answerProblem, answerToNoise, pathOf, SECURITY_HEADERS } from "./answers.ts";
import { addressOf } from "./authenticate.ts";
import { answerOrigin } from "./cors.ts";
import type { WebRequest } from "./door.ts";
import { AddressTooLong, HeadersTooLarge, NoSuchRoute, WrongMethod } from "./failures.ts";
import { type RequestFigures, requestFigures } from "./figures.ts";
import { languageOf } from "./language.ts";
import { Leaving } from "./leaving.ts";
import { type Alias, RouteIndex } from "./routes.ts";
import { identify } from "./trace.ts";

const MAX_ADDRESS_BYTES = 4_096;
const MAX_HEADERS = 100;
const MAX_HEADER_BYTES = 16_384;
const KEPT_HEADERS = Object.entries(SECURITY_HEADERS).flat();

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export class Front {
  readonly #gateway: GatewayService;
  readonly #figures: RequestFigures;
  readonly leaving = new Leaving();
  #index: RouteIndex<Alias> | undefined;

  constructor(gateway: GatewayService) {
    this.#gateway = gateway;
    this.#figures = requestFigures(gateway.broker);
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
      (request, response) => void this.#take(request, response, httpHandler),
    );
    server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
      if (socket.writable) socket.end(answerToNoise(error));
      else socket.destroy();
    });
    return server;
  }

  async #take(request: WebRequest, response: ServerResponse, next: Handler): Promise<void> {
    identify(request);
    try {
      if (request.method === "GET" && (await this.#answerKept(request, response))) return;
      this.#figures.watch(request, response);
      this.leaving.tell(response);
      this.#demandBounds(request);
      for (const name in SECURITY_HEADERS) response.setHeader(name, SECURITY_HEADERS[name] ?? "");
      if (answerOrigin(request, response)) return;
      if (await pageFor(this.#gateway, request, response)) return;
      await next(request, response);
    } catch (error) {
      this.refuse(request, response, error);
    }
  }

  refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const { logger } = this.#gateway;
    answerProblem(request, response, error, { logger, traceId: traceOf(request) });
  }

  #demandBounds({ url = "", rawHeaders }: IncomingMessage): void {
    if (Buffer.byteLength(url) > MAX_ADDRESS_BYTES)
      throw AddressTooLong({ maxBytes: MAX_ADDRESS_BYTES });
    if (rawHeaders.length / 2 > MAX_HEADERS) throw HeadersTooLarge({});
  }

  notFound(request: IncomingMessage): Error {
    const method = request.method ?? "";
    const path = pathOf(request).slice(0, 200);
    const possible = this.#routes().methodsAt(path);
    return possible.length > 0
      ? WrongMethod({ method, allowed: possible.join(", ") })
      : NoSuchRoute({ method, path });
  }

  /** Answers from what is kept, if it is; true when it did. */
  async #answerKept(request: WebRequest, response: ServerResponse): Promise<boolean> {
    const key = keyOf(request);
    const kept = this.#gateway.hot.get(key);
    if (!kept || request.headers.origin !== undefined) return false;
    const headers = await this.#gateway.limits.count("anonymous", addressOf(request));
    const fresh = request.headers["if-none-match"] === kept.etag;
    const zip = kept.gzipped && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    const bytes = zip && kept.gzipped ? kept.gzipped : kept.bytes;
    if (this.leaving.begun) response.setHeader("connection", "close");
    response.writeHead(fresh ? 304 : 200, [
      ...KEPT_HEADERS,
      "content-type",
      "application/json; charset=utf-8",
      "cache-control",
      "public, max-age=10",
      "etag",
      kept.etag,
      "x-request-id",
      traceOf(request),
      ...Object.entries(headers).flat(),
      ...(zip ? ["content-encoding", "gzip"] : []),
      ...(fresh ? [] : ["content-length", String(bytes.length)]),
    ]);
    response.end(fresh ? undefined : bytes);
    this.#figures.kept(fresh ? 304 : 200);
    return true;
  }

  /** The answer's text; it is kept when the contract says that it is the same for everybody. */
  encode(request: WebRequest, data: unknown): string {
    const text = JSON.stringify(data);
    const kept = request.$kept;
    if (!kept) return text;
    const { key, generation, contract } = kept;
    const seconds = contract.cache?.seconds ?? 0;
    this.#gateway.hot.keep(key, { action: contract.name, generation, text, seconds });
    return text;
  }

  resolve(url: string, method: string): { alias: Alias; params: object } | false {
    return this.#routes().find(url, method === "HEAD" ? "GET" : method);
  }

  /** Notes, before a shared answer is made, under which key it may be kept. */
  willKeep(request: WebRequest, action: string): void {
    const contract = actionNamed(action);
    if (!contract?.cache?.shared || request.method !== "GET") return;
    const generation = this.#gateway.hot.generationOf(action);
    request.$kept = { key: keyOf(request), generation, contract };
  }

  #routes(): RouteIndex<Alias> {
    const { aliases } = this.#gateway as unknown as { aliases: Alias[] };
    this.#index ??= new RouteIndex(aliases);
    return this.#index;
  }
}

/** The address as it came and the language it is answered in. */
const keyOf = ({ originalUrl, url = "/", headers }: WebRequest) =>
  `${languageOf(headers["accept-language"])} ${originalUrl ?? url}`;

const traceOf = ({ headers }: IncomingMessage) => String(headers["x-request-id"] ?? "");
