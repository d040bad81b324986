/** A request's trace: it continues our own proxy's `traceparent`, and the answer names it. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "moleculer";
import { config } from "../../../config.ts";
import { readTraceParent, type TraceParent, writeTraceParent } from "../../../lib/trace-context.ts";

const traced = config.tracing.endpoint !== undefined;

/**
 * The id that goes into every log line of the request, and its trace's. From outside it is believed only
 * when our own proxy stands before us: anybody could write into our logs otherwise.
 */
export function identify(request: IncomingMessage): void {
  const { headers } = request;
  const trusted = config.http.trustedProxies > 0;
  const parent = trusted ? readTraceParent(headers.traceparent) : undefined;
  if (parent) headers["x-request-id"] = parent.traceId;
  else {
    if (!trusted || !headers["x-request-id"]) headers["x-request-id"] = randomUUID();
    // Removing what is not there would still make reading headers slow.
    if (headers.traceparent !== undefined) delete headers.traceparent;
  }
  if (headers["x-correlation-id"] !== undefined) delete headers["x-correlation-id"];
}

/** moleculer-web's `rootCallOptions`: the request's first span is a child of the proxy's. */
export function rootOptions(options: RootOptions, request: IncomingMessage): void {
  const parent = traced ? readTraceParent(request.headers.traceparent) : undefined;
  if (parent) options.parentSpan = spanOf(parent);
}
interface RootOptions {
  parentSpan?: { id: string; traceID: string; sampled: boolean };
}
const spanOf = ({ traceId, parentId, sampled }: TraceParent) => ({
  id: parentId,
  traceID: traceId,
  sampled,
});

/** Sets the answer's trace and span headers. */
export function announce(ctx: Context, response: ServerResponse): void {
  if (traced && ctx.requestID)
    response.setHeader(
      "traceparent",
      writeTraceParent(ctx.requestID, ctx.id, ctx.tracing === true),
    );
}
