/** Serves pages, documentation and health, which call no action. */
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { isKnown } from "../../../edge/preconditions.ts";
import { Representation } from "../../../edge/representation.ts";
import { DOMAINS } from "../../manifests.ts";
import type { GatewayService } from "../gateway.types.ts";
import { pathOf } from "../http/answers.ts";
import { asyncapi } from "../asyncapi/asyncapi.ts";
import { openapi } from "../openapi/openapi.ts";
import { healthOfArea, liveness, readiness } from "./health.ts";

interface Page {
  readonly type: string;
  readonly representation: Representation;
  readonly policy: string;
}
type Answerer = (gateway: GatewayService) => Promise<{ status: number; body: object }>;

const SELF =
  "default-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'";
const DOCS = `${SELF}; style-src 'self' 'unsafe-inline'; img-src 'self' data:`;
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json; charset=utf-8",
};
const here = import.meta.dirname;
const { resolve } = createRequire(import.meta.url);
const swagger = (name: string) => resolve(`swagger-ui-dist/${name}`);

const FILES: Record<string, () => Page> = {
  "/": file(path.join(here, "index.html"), SELF),
  "/assets/live.js": file(path.join(here, "live.js"), SELF),
  "/assets/services.json": once(() => pageOf(".json", Buffer.from(JSON.stringify(DOMAINS)), SELF)),
  "/assets/live.css": file(path.join(here, "live.css"), SELF),
  "/ops": file(path.join(here, "ops.html"), SELF),
  "/assets/ops.js": file(path.join(here, "ops.js"), SELF),
  "/assets/ops-cluster.js": file(path.join(here, "ops-cluster.js"), SELF),
  "/assets/ops-work.js": file(path.join(here, "ops-work.js"), SELF),
  "/assets/ops-table.js": file(path.join(here, "ops-table.js"), SELF),
  "/assets/ops.css": file(path.join(here, "ops.css"), SELF),
  "/favicon.ico": file(path.join(here, "icon.svg"), SELF),
  "/docs": file(path.join(here, "docs.html"), DOCS),
  "/docs/docs.js": file(path.join(here, "docs.js"), DOCS),
  "/docs/swagger-ui.css": file(swagger("swagger-ui.css"), DOCS),
  "/docs/swagger-ui-bundle.js": file(swagger("swagger-ui-bundle.js"), DOCS),
  "/openapi.json": json(openapi),
  "/asyncapi.json": json(asyncapi),
};
const ANSWERS: Record<string, Answerer> = {
  "/health": liveness,
  "/live": liveness,
  "/ready": (gateway) => readiness(gateway),
};

/** Answers if the address is one of these; returns true if it did. */
export async function pageFor(
  gateway: GatewayService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const address = pathOf(request)
    .replace(/^\/api(?=\/)/, "")
    .replace(/(.)\/$/, "$1");
  const page = FILES[address];
  if (page) return sendPage(request, response, page());

  const answer = ANSWERS[address] ?? healthOfArea(address);
  if (!answer) return false;
  const { status, body } = await answer(gateway);
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": bytes.length,
    "cache-control": "no-store",
  });
  response.end(request.method === "HEAD" ? undefined : bytes);
  return true;
}

function sendPage(request: IncomingMessage, response: ServerResponse, page: Page): true {
  const { headers } = request;
  const { bytes, etag, encoding } = page.representation.encodedFor(
    headers["accept-encoding"]?.toString(),
  );
  const known = isKnown(headers["if-none-match"], etag);
  response.writeHead(known ? 304 : 200, {
    "content-security-policy": page.policy,
    "cache-control": "public, max-age=60",
    etag,
    ...(encoding && { "content-encoding": encoding }),
    ...(!known && { "content-type": page.type, "content-length": bytes.length }),
  });
  response.end(known || request.method === "HEAD" ? undefined : bytes);
  return true;
}

function file(name: string, policy: string): () => Page {
  return once(() => pageOf(path.extname(name), readFileSync(name), policy));
}

function json(make: () => object): () => Page {
  return once(() => pageOf(".json", Buffer.from(JSON.stringify(make())), SELF));
}

const pageOf = (extension: string, bytes: Buffer, policy: string): Page => ({
  type: TYPES[extension] ?? "application/octet-stream",
  representation: new Representation(bytes),
  policy,
});

/** Computes on first use, then caches. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
