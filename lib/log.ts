/**
 * Log lines are JSON with the trace id and action of the request context. They go to standard
 * output, or to daily files, of which 30 are retained. A terminal gets readable text.
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import pino from "pino";
import { config } from "../config.ts";
import { requestContext } from "./request-context.ts";
import { readableLine } from "./log-line.ts";

const SECRETS = ["password", "token", "accessToken", "refreshToken", "authorization", "cookie"];
/** The levels that operators know, of RFC 5424 and Python's logging, by those of pino. */
const LEVELS: Readonly<Record<string, string>> = {
  trace: "DEBUG",
  debug: "DEBUG",
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
  fatal: "CRITICAL",
};
/** Besides today's: 30 in all. */
const KEPT_BEFORE = 29;

export const pinoOptions: pino.LoggerOptions = {
  base: { node: config.nodeId },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: LEVELS[label] ?? label }) },
  redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: "[redacted]" },
  // A copy: pino writes into what it is given.
  mixin: () => {
    const { traceId, action, actor } = requestContext();
    return { traceId, action, actor };
  },
  hooks: {
    // Moleculer logs ("text", error); pino would lose what comes second.
    logMethod(args, method) {
      const [first, second, ...rest] = args as unknown[];
      if (typeof first !== "string" || second === undefined) return method.apply(this, args);
      const data = second instanceof Error ? { err: second } : { data: second };
      return method.apply(this, [data, first, ...rest] as Parameters<typeof method>);
    },
  },
};

/** Returns the log destination: files when there is a folder for them, else standard output. */
export function destination(): pino.DestinationStream {
  const { folder } = config.log;
  if (folder !== undefined) return dailyFiles(folder, fileName());
  if (process.stdout.isTTY) return readable((text) => process.stdout.write(text));
  return pino.destination({ dest: 1, sync: false });
}

/**
 * Writes files `<name>.<day>.<n>.log` in `folder`, a new one at midnight (local time) in a thread.
 * Files of earlier starts count among the 30 that are retained. Two processes need two names.
 * `frequency` may be milliseconds, for tests.
 */
export function dailyFiles(
  folder: string,
  name: string,
  frequency: "daily" | number = "daily",
): ReturnType<typeof pino.transport> {
  mkdirSync(folder, { recursive: true });
  return pino.transport({
    target: "pino-roll",
    options: {
      file: path.join(folder, name),
      extension: ".log",
      dateFormat: "yyyy-MM-dd",
      frequency,
      limit: { count: KEPT_BEFORE, removeOtherLogFiles: true },
      mkdir: true,
    },
  });
}

/** The same name at each start, so that old files are found; a node id with a process id would not be. */
const fileName = (): string =>
  (config.nodeName ?? (config.services.join("-") || "comptoir")).replaceAll(/[^\w-]/g, "_");

/** Formats lines for a terminal, without those that the banner replaces. */
export const readable = (write: (text: string) => void): pino.DestinationStream => ({
  write(line: string) {
    const text = readableLine(line);
    if (text !== undefined) write(`${text}\n`);
  },
});
