/**
 * Sends spans to a collector as OTLP over HTTP with JSON (https://opentelemetry.io/docs/specs/otlp/).
 * A request never waits for it: spans are put into a queue of bounded length and sent in the background;
 * when the collector is away the queue fills and what comes then is left out.
 */
import type { Span, Tracer } from "moleculer";
import { TracerExporters } from "moleculer";
import { spanIdOf, traceIdOf } from "./trace-context.ts";

export interface OtlpOptions {
  /** The collector's address without `/v1/traces`: http://collector:4318 */
  readonly endpoint: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly version: string;
  readonly maxQueue?: number;
  readonly everyMs?: number;
}

const MAX_QUEUE = 4_096;
const BATCH = 512;
const EVERY_MS = 2_000;
const TIMEOUT_MS = 5_000;
const LAST_TIMEOUT_MS = 1_500;
/** Polls run all the time, so their spans are not exported. */
const NOISE = /\.(events|health)$|^\$/;

export class OtlpExporter extends TracerExporters.Base {
  readonly #options: OtlpOptions;
  #queue: Span[] = [];
  #dropped = 0;
  #away = false;
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OtlpOptions) {
    super({});
    this.#options = options;
  }

  override init(tracer: Tracer): void {
    super.init(tracer);
    const every = this.#options.everyMs ?? EVERY_MS;
    this.#timer = setInterval(() => void this.flush(), every).unref();
  }

  override spanFinished(span: Span): void {
    if (!span.parentID && NOISE.test(actionOf(span))) return;
    if (this.#queue.length < (this.#options.maxQueue ?? MAX_QUEUE)) this.#queue.push(span);
    else this.#dropped += 1;
  }

  /** Sends what has gathered; the spans of a failed try are tried again. Never throws. */
  flush(timeoutMs = TIMEOUT_MS): Promise<void> {
    this.#sending ??= this.#sendAll(timeoutMs).finally(() => (this.#sending = undefined));
    return this.#sending;
  }

  /** Sends the remaining spans once; the node does not wait for an unavailable collector. */
  override stop(): void {
    // Moleculer waits for it, though its types say that there is nothing to wait for.
    return this.#end() as unknown as void;
  }

  async #end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending;
    await this.flush(LAST_TIMEOUT_MS);
  }

  async #sendAll(timeoutMs: number): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, BATCH);
      const sent = await this.#send(batch, timeoutMs);
      if (sent) this.#queue = this.#queue.slice(batch.length);
      this.#note(sent);
      if (!sent) return;
    }
  }

  /** True also when the collector refuses what we sent: sending it again would not help. */
  async #send(batch: readonly Span[], timeoutMs: number): Promise<boolean> {
    const { endpoint, headers, version } = this.#options;
    try {
      const answer = await fetch(`${endpoint.replace(/\/$/, "")}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(payloadOf(batch, { version, node: this.broker.nodeID })),
        signal: AbortSignal.timeout(timeoutMs),
        redirect: "error",
      });
      await answer.body?.cancel();
      if (!answer.ok && !isBusy(answer.status))
        this.logger.warn(`The trace collector refused ${batch.length} spans (${answer.status}).`);
      return !isBusy(answer.status);
    } catch {
      return false;
    }
  }

  /** Says once that the collector is away, and once that it is back. */
  #note(sent: boolean): void {
    if (sent === !this.#away) return;
    this.#away = !sent;
    if (sent)
      this.logger.warn(`The trace collector answers again; ${this.#dropped} spans are lost.`);
    else this.logger.warn(`The trace collector at ${this.#options.endpoint} does not answer.`);
    if (sent) this.#dropped = 0;
  }
}

/** Statuses after which the specification says to try again. */
const isBusy = (status: number): boolean => [429, 502, 503, 504].includes(status);

const actionOf = ({ tags, name }: Span): string =>
  (tags.action as { name?: string } | null | undefined)?.name ?? name;

/** Spans by service, because a resource in OTLP is what a span came from. */
function payloadOf(spans: readonly Span[], { version, node }: { version: string; node: string }) {
  const byService = Map.groupBy(spans, ({ service }) => service?.name ?? "comptoir");
  return {
    resourceSpans: [...byService].map(([service, own]) => ({
      resource: {
        attributes: attributes({
          "service.namespace": "comptoir",
          "service.name": service,
          "service.version": version,
          "service.instance.id": node,
        }),
      },
      scopeSpans: [{ scope: { name: "comptoir", version }, spans: own.map(spanOf) }],
    })),
  };
}

const SERVER = 2;
const ERROR = 2;

/** Spans contain neither parameters nor error messages, only the type of an error. */
function spanOf(span: Span) {
  const action = actionOf(span);
  const { remoteCall, fromCache, callerNodeID, params } = span.tags as Tags;
  const method = params?.req?.method;
  const error = span.error as { type?: string; name?: string; code?: unknown } | true | null;
  const kind = error === true || !error ? undefined : (error.type ?? error.name);
  const failed = error && !isRefusal(error);
  return {
    traceId: traceIdOf(span.traceID),
    spanId: spanIdOf(span.id),
    ...(span.parentID && { parentSpanId: spanIdOf(span.parentID) }),
    name: method ? `HTTP ${method}` : action,
    kind: SERVER,
    startTimeUnixNano: nanos(span.startTime ?? 0),
    endTimeUnixNano: nanos((span.startTime ?? 0) + (span.duration ?? 0)),
    attributes: attributes({
      "rpc.system": "moleculer",
      "rpc.method": action,
      "http.request.method": method,
      "comptoir.remote": remoteCall,
      "comptoir.caller": callerNodeID ?? undefined,
      "comptoir.from_cache": fromCache,
      "error.type": kind,
    }),
    status: failed ? { code: ERROR } : {},
  };
}
interface Tags {
  readonly remoteCall?: boolean;
  readonly fromCache?: boolean;
  readonly callerNodeID?: string | null;
  readonly params?: { readonly req?: { readonly method?: string } };
}

/** A refusal is an answer: that there is nothing left in stock is no fault of the service. */
const isRefusal = (error: { type?: string; code?: unknown } | true): boolean =>
  error !== true && typeof error.code === "number" && error.code < 500;

/** More digits than a number holds. */
const nanos = (ms: number): string =>
  String(BigInt(Math.trunc(ms)) * 1_000_000n + BigInt(Math.round((ms % 1) * 1e6)));

type Value = string | boolean | number | undefined;
const attributes = (values: Readonly<Record<string, Value>>) =>
  Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: valueOf(value) }],
  );
const valueOf = (value: string | boolean | number) =>
  typeof value === "boolean"
    ? { boolValue: value }
    : typeof value === "number"
      ? { doubleValue: value }
      : { stringValue: value };
