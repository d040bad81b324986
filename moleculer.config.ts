/** How every node behaves: bus, retries, breaker, metrics, middlewares and their order. */
import type { BrokerOptions } from "moleculer";
import { config } from "./config.ts";
import { isDeclared } from "./lib/failure.ts";
import { destination, pinoOptions } from "./lib/log.ts";
import { RedisCacher, redisOptions } from "./lib/redis.ts";
import { Figures } from "./lib/prometheus.ts";
import { whois } from "./lib/principal.ts";
import { ShapeValidator } from "./lib/validator.ts";
import { Allow } from "./middlewares/allow.middleware.ts";
import { Audit } from "./middlewares/audit.middleware.ts";
import { Stale } from "./middlewares/stale.middleware.ts";
import { Wire } from "./middlewares/wire.middleware.ts";
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

    transporter: config.bus.url
      ? { type: "NATS", options: { url: config.bus.url, maxReconnectAttempts: -1 } }
      : null,
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
    // Off unless a contract says `repeatable`: a command that timed out may have been carried out.
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
    tracking: { enabled: true, shutdownTimeout: 8_000 },
    registry: { strategy: "RoundRobin", preferLocal: true },
    contextParamsCloning: false,

    metrics: { enabled: config.mode !== "test", reporter: reporters(metricsPort) },
    tracing: { enabled: false },

    // Moleculer's own list, with ours where they belong. First is innermost. Everything up to the
    // cacher is passed by when an answer is cached, so access is judged outside it.
    internalMiddlewares: false,
    middlewares: [
      ...(config.production ? [] : [Wire]),
      "ActionHook",
      "Validator",
      "Bulkhead",
      "Cacher",
      Audit,
      Allow({ whois, scopeOf }),
      Stale,
      "ContextTracker",
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

function reporters(port: number) {
  const { host, anyPort } = config.metrics;
  const snapshot = {
    type: "Event",
    options: { eventName: "$metrics.snapshot", broadcast: true, onlyChanges: true, interval: 10 },
  };
  const figures = port > 0 ? [new Figures({ port, host, anyPort })] : [];
  return [...(config.bus.url ? [snapshot] : []), ...figures];
}

/**
 * What nobody foresaw, and no answer in time. A refusal is an answer, also one for want of a database or
 * because too many come at once: to be cut off would only make it worse.
 */
const broken = ({ code, type }: { code?: unknown; type?: string }): boolean =>
  !isDeclared(type) && (typeof code === "number" ? code : 500) >= 500;

const passing = (error: { retryable?: boolean }): boolean => error.retryable === true;

export default brokerOptions;
