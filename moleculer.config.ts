/** Configuration of every node: bus, retries, breaker, metrics, middlewares and their order. */
import type { BrokerOptions } from "moleculer";
import { config } from "./config.ts";
import { isDeclared } from "./lib/failure.ts";
import { counting } from "./lib/counters.ts";
import { natsBus } from "./lib/nats/configured.ts";
import { destination, pinoOptions } from "./lib/log.ts";
import { OtlpExporter } from "./lib/otlp.ts";
import { RedisCacher, redisOptions } from "./lib/redis.ts";
import { MetricsServer } from "./lib/prometheus.ts";
import { verifyPrincipal } from "./lib/principal.ts";
import { ShapeValidator } from "./lib/validator.ts";
import { Authorization } from "./middlewares/authorization.middleware.ts";
import { Audit } from "./middlewares/audit.middleware.ts";
import { Cache } from "./middlewares/cache.middleware.ts";
import { DeclaredCalls } from "./middlewares/declared-calls.middleware.ts";
import { GracefulShutdown } from "./middlewares/graceful-shutdown.middleware.ts";
import { Operations } from "./middlewares/operations.middleware.ts";
import { CacheInvalidation } from "./middlewares/cache-invalidation.middleware.ts";
import { ResponseValidation } from "./middlewares/response-validation.middleware.ts";
import { DOMAINS, inAll, MANIFESTS } from "./services/manifests.ts";
import { scopeOf } from "./services/identity/identity.contract.ts";

const noisy = ["BROKER", "REGISTRY", "TRANSIT", "TRANSPORTER", "METRICS", "CACHER", "TRACER"];
const level = config.log.level;
const quiet = level === "info" ? "warn" : level;

/** Fresh options for one broker: Moleculer changes the object that it is given. */
export function brokerOptions(
  overrides: Partial<BrokerOptions> = {},
  { metricsPort = 0 }: { metricsPort?: number } = {},
): BrokerOptions {
  const options: object = {
    namespace: config.bus.namespace,
    nodeID: config.nodeId,
    logger:
      level === "silent"
        ? false
        : {
            type: "Pino",
            options: { pino: { options: pinoOptions, destination: destination() } },
          },
    logLevel: {
      ...Object.fromEntries(noisy.map((name) => [name, quiet])),
      "**": level,
    },

    transporter: config.bus.url ? natsBus(config.bus.url) : null,
    serializer: "JSON",
    cacher: config.redis.url
      ? new RedisCacher({
          redis: redisOptions(config.redis.url),
          prefix: config.bus.namespace,
          ttl: 60,
        })
      : { type: "MemoryLRU", options: { max: 5_000, ttl: 60, clone: true } },
    validator: new ShapeValidator(),

    requestTimeout: 5_000,
    maxCallLevel: 20,
    heartbeatInterval: 3,
    heartbeatTimeout: 9,
    // Off unless a contract says `retry`: a command that timed out may have been carried out.
    retryPolicy: {
      enabled: false,
      retries: 4,
      delay: 80,
      maxDelay: 1_000,
      factor: 2,
      check: passing,
    },
    circuitBreaker: {
      enabled: true,
      threshold: 0.5,
      minRequestCount: 20,
      windowTime: 10,
      halfOpenTime: 5_000,
      check: broken,
    },
    bulkhead: { enabled: false },
    // Moleculer waits for it twice, and only for what the GracefulShutdown middleware has awaited
    // in vain: a node ends within 10 s, its HTTP server included.
    tracking: { enabled: true, shutdownTimeout: 500 },
    // During the delay it still serves nodes that do not yet know that it stops.
    registry: { strategy: "RoundRobin", preferLocal: true, stopDelay: 300 },
    contextParamsCloning: false,

    metrics: { enabled: config.mode !== "test", reporter: reporters(metricsPort) },
    tracing: tracing(),

    // Moleculer's own list, with ours where they belong. First is innermost. Everything up to the
    // cacher is passed by when an answer is cached, so access is judged outside it.
    internalMiddlewares: false,
    middlewares: [
      ...(config.production ? [] : [ResponseValidation, DeclaredCalls(MANIFESTS)]),
      "ActionHook",
      "Validator",
      "Bulkhead",
      Cache,
      Audit,
      Authorization({ verifyPrincipal, scopeOf }),
      CacheInvalidation,
      Operations({
        services: ["gateway", ...DOMAINS],
        counts: counting(inAll("counters"), config.currency),
      }),
      "ContextTracker",
      GracefulShutdown(),
      "CircuitBreaker",
      "Timeout",
      "Retry",
      "Fallback",
      "ErrorHandler",
      "Tracing",
      "Metrics",
    ],
    ...overrides,
  };
  return options;
}

/** Spans contain no parameters. */
function tracing() {
  const { endpoint, headers, rate } = config.tracing;
  if (endpoint === undefined) return { enabled: false };
  return {
    enabled: true,
    exporter: new OtlpExporter({ endpoint, headers, version: config.version }),
    sampling: { rate },
    events: false,
    tags: { action: { params: false, meta: false } },
  };
}

function reporters(port: number) {
  const { host, anyPort } = config.metrics;
  const snapshot = {
    type: "Event",
    options: { eventName: "$metrics.snapshot", broadcast: true, onlyChanges: true, interval: 10 },
  };
  const metrics = port > 0 ? [new MetricsServer({ port, host, anyPort })] : [];
  return [...(config.bus.url ? [snapshot] : []), ...metrics];
}

/**
 * Unexpected errors and time-outs open the breaker. A failure is an answer, also one for want of a
 * database or under overload: opening the breaker would only make that worse.
 */
const broken = ({ code, type }: { code?: unknown; type?: string }): boolean =>
  !isDeclared(type) && (typeof code === "number" ? code : 500) >= 500;

const passing = (error: { retryable?: boolean }): boolean => error.retryable === true;

export default brokerOptions;
