/** Log lines are JSON, each with the trace id and action that surround it. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import pino from "pino";
import { config } from "../config.ts";
import { around } from "./around.ts";

const SECRETS = ["password", "token", "accessToken", "refreshToken", "authorization", "cookie"];

export const pinoOptions: pino.LoggerOptions = {
  base: { node: config.nodeId },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
  redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: "[redacted]" },
  // A copy: pino writes into what it is given.
  mixin: () => ({ ...around() }),
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

/** Standard output, or files of a day each of which 30 are kept. */
export function destination(): pino.DestinationStream {
  if (config.log.folder === undefined) return pino.destination({ dest: 1, sync: false });
  mkdirSync(config.log.folder, { recursive: true });
  return pino.transport({
    target: "pino-roll",
    options: {
      file: path.join(config.log.folder, "comptoir"),
      extension: ".log",
      frequency: "daily",
      limit: { count: 30 },
      mkdir: true,
    },
  });
}
