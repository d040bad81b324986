/**
 * The one place that reads the environment. Everything else imports `config`. A bad or missing value
 * is refused with a sentence that says what to set. `.env.example` documents each.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { memberOf, nodeIdOf } from "./lib/nats/subjects.ts";
import { isAddress, settingsIn } from "./lib/settings.ts";
import { isTimeZone } from "./lib/time-zone.ts";

// A bad setting is refused with what to set, without the place in the program where it is read.
const refuse = ({ message }: Error) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};
process.on("uncaughtException", refuse);

if (existsSync(".env")) process.loadEnvFile(".env");
const { optional, text, integer, share, pairs, choice } = settingsIn(process.env);

const mode = choice("NODE_ENV", ["development", "test", "production"]);
const production = mode === "production";
const dataDir = path.resolve(optional("DATA_DIR") ?? ".data");
const MIN_SECRET = 64;
const services = (optional("SERVICES") ?? "")
  .split(",")
  .map((name) => name.trim())
  .filter(Boolean);

export const config = {
  mode,
  production,
  version: "0.1.0",
  /** Begins with the services that the node runs: on the bus its key must be theirs. */
  nodeId: nodeIdOf(memberOf(services), optional("NODE_ID") ?? `${hostname()}-${process.pid}`),
  /** The operator's name of this node, if any. */
  nodeName: optional("NODE_ID"),
  /** Names of the services this node runs; none named means all of them. */
  services,
  dataDir,
  http: {
    port: integer("PORT", 3000, 0, 65_535),
    host: optional("HOST") ?? "127.0.0.1",
    /** Where clients reach the gateways; behind a proxy that is the proxy's address. */
    publicUrl: text("PUBLIC_URL", ownAddress(), isAddress, "an address like https://shop.example"),
    /** Number of our own proxies before the gateway: that many entries of X-Forwarded-For are believed. */
    trustedProxies: integer("TRUSTED_PROXIES", 0, 0, 10),
    origins: (
      optional("CORS_ORIGINS") ??
      "http://localhost:13008,http://localhost:13009,http://localhost:3000,http://localhost:3001"
    ).split(","),
  },
  /** Without an address all services run in one process. */
  bus: {
    url: optional("NATS_URL"),
    namespace: optional("NAMESPACE") ?? "comptoir",
    /** The seed of this node's NKey. */
    seed: optional("NATS_NKEY"),
    /** The folder of keys that are not given by variables: `orders.nk` and so on. */
    keys: path.join(dataDir, "nats"),
    /** PEM text of the authority of the server's certificate. */
    ca: optional("NATS_CA"),
  },
  redis: { url: optional("REDIS_URL") },
  /** `{service}` becomes the service's name. Not set: embedded Postgres in DATA_DIR. */
  database: {
    url: optional("DATABASE_URL"),
    /** The same databases as the role that owns their tables and migrates. */
    ownerUrl: optional("OWNER_DATABASE_URL"),
    /** Used only by `npm run databases`, which creates the others' databases and roles. */
    superuserUrl: optional("SUPERUSER_DATABASE_URL"),
    /** Backup needs an account that may read all databases; restore, one that may create them. */
    backupUrl: optional("BACKUP_DATABASE_URL"),
    poolSize: integer("DATABASE_POOL", 10, 2, 100),
  },
  jwt: {
    /** The first signs, all verify. */
    secrets: secrets(),
    issuer: optional("JWT_ISSUER") ?? "comptoir",
  },
  admin: {
    email: optional("ADMIN_EMAIL") ?? "admin@demo.comptoir.example",
    password: optional("ADMIN_PASSWORD"),
  },
  demo: optional("DEMO") !== "0",
  language: choice("DEFAULT_LANGUAGE", ["fr", "en"]),
  currency: optional("CURRENCY") ?? "EUR",
  country: optional("COUNTRY") ?? "FR",
  /** The time zone of days and months in the company's reports: an IANA name. */
  timeZone: text(
    "TIME_ZONE",
    "Europe/Paris",
    isTimeZone,
    "a time zone such as Europe/Paris or UTC",
  ),
  log: {
    level: logLevel(),
    /** Folder for daily files, retained 30 days; standard output only if not set. */
    folder: optional("LOG_DIR"),
  },
  /** Traces go to an OpenTelemetry collector; not set: none are made. */
  tracing: {
    endpoint: optional("OTEL_EXPORTER_OTLP_ENDPOINT"),
    headers: pairs("OTEL_EXPORTER_OTLP_HEADERS"),
    /** The share of traced requests, from 0 to 1. */
    rate: share("OTEL_TRACES_SAMPLER_ARG", 0.1),
  },
  /** Each node's own figures, on a private address; 0 for none. */
  metrics: {
    port: integer("METRICS_PORT", mode === "test" ? 0 : 3030, 0, 65_535),
    /** A free port is searched for only when the operator set none. */
    anyPort: optional("METRICS_PORT") === undefined,
    host: optional("METRICS_HOST") ?? "127.0.0.1",
  },
  /** The cluster's figures, collected from all nodes by the service `monitoring`; 0 for none. */
  monitoring: {
    port: integer("MONITORING_PORT", 3029, 0, 65_535),
    anyPort: optional("MONITORING_PORT") === undefined,
  },
  limits: {
    /** Requests per minute; 0 switches a limit off (load tests of the product's own). */
    anonymousPerMinute: integer("LIMIT_ANONYMOUS", 300, 0, 1_000_000),
    userPerMinute: integer("LIMIT_USER", 600, 0, 1_000_000),
    loginPer15Minutes: integer("LIMIT_LOGIN", 10, 0, 1_000_000),
    heavyPerMinute: integer("LIMIT_HEAVY", 10, 0, 1_000_000),
  },
  passwordCost: integer("PASSWORD_COST", production ? 12 : 10, 4, 15),
  payDeadlineMs: integer("PAY_DEADLINE_MS", 15 * 60_000, 1_000, 86_400_000),
  /** Only for tests: a folder of armed points, a file of passed ones (lib/failpoint.ts). */
  failpoint: { point: optional("FAILPOINT"), record: optional("FAILPOINT_RECORD") },
} as const;
process.off("uncaughtException", refuse);

/** Returns a service's database URL: `ORDERS_DATABASE_URL`, or else `DATABASE_URL`. */
export function databaseUrl(service: string): string {
  const found = given(service) ?? embedded?.app(service);
  if (found !== undefined) return found;
  throw new Error(
    "DATABASE_URL must be set (with {service} in it) for a node that does not start its own Postgres.",
  );
}

/**
 * The same database as the role that owns its tables, for migrations. Undefined where there is only
 * one role. `ORDERS_OWNER_DATABASE_URL` goes before `OWNER_DATABASE_URL`.
 */
export function ownerDatabaseUrl(service: string): string | undefined {
  const own = optional(`${service.toUpperCase()}_OWNER_DATABASE_URL`);
  const url = own ?? config.database.ownerUrl?.replaceAll("{service}", service);
  return url ?? (given(service) === undefined ? embedded?.owner(service) : undefined);
}

/**
 * The same database for an account that may read all of it (backup), or make it (restore).
 * `ORDERS_BACKUP_DATABASE_URL` goes before `BACKUP_DATABASE_URL`.
 */
export const backupDatabaseUrl = (service: string): string | undefined =>
  optional(`${service.toUpperCase()}_BACKUP_DATABASE_URL`) ??
  config.database.backupUrl?.replaceAll("{service}", service);

const given = (service: string): string | undefined =>
  optional(`${service.toUpperCase()}_DATABASE_URL`) ??
  config.database.url?.replaceAll("{service}", service);

interface Embedded {
  app(service: string): string;
  owner(service: string): string;
}
let embedded: Embedded | undefined;
/** The process that starts the embedded Postgres says here where its databases are. */
export function useEmbeddedDatabases(urls: Embedded): void {
  embedded = urls;
}

function secrets(): readonly [string, ...string[]] {
  const [first = "", ...older] = (optional("JWT_SECRET") ?? kept()).split(",");
  for (const secret of [first, ...older]) {
    if (secret.length >= MIN_SECRET || (!production && secret.length >= 32)) continue;
    throw new Error(
      `JWT_SECRET must have at least ${MIN_SECRET} characters (each, when several are separated by commas).`,
    );
  }
  return [first, ...older];
}

/** Returns this machine's secret, generated at the first start. */
function kept(): string {
  if (production)
    throw new Error(`JWT_SECRET must be set in production: ${MIN_SECRET} characters or more.`);
  const file = path.join(dataDir, "jwt.secret");
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(file, randomBytes(48).toString("hex"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(file, "utf8").trim();
}

/** Port 0 asks the system for a free one, which is not known yet. */
function ownAddress() {
  return `http://127.0.0.1:${Number(optional("PORT")) || 3000}`;
}

/** Names that operators know are taken as well as pino's. */
function logLevel() {
  const levels = ["info", "trace", "debug", "warn", "error", "fatal", "silent"] as const;
  const level = choice("LOG_LEVEL", [...levels, "warning", "critical"]);
  return level === "warning" ? "warn" : level === "critical" ? "fatal" : level;
}
