/**
 * `npm run verify`: checks the invariants over all databases, which it only reads. For the embedded
 * databases start the company first, or set DATABASE_URL. `--metrics FILE` repeats the check for a
 * minute, for what is under way, and writes the result for Prometheus.
 */
import path from "node:path";
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { config, databaseUrl } from "../config.ts";
import { checkInvariants, type Finding, untilAllHold } from "./invariants/check.ts";
import { passwordOf } from "../runtime/node/databases.ts";
import { textfileTrouble, writeTextfile } from "./textfile.ts";

const TIMEOUT_MS = 60_000;
const say = (line: string) => process.stdout.write(`${line}\n`);
const portFile = path.join(config.dataDir, "postgres", "port");

function urlOf(service: string): string {
  try {
    return databaseUrl(service);
  } catch (error) {
    if (config.bus.url !== undefined || config.database.url !== undefined) throw error;
  }
  if (!existsSync(portFile))
    throw new Error("Nothing runs here: start it with `npm start`, or set DATABASE_URL.");
  const port = readFileSync(portFile, "utf8").trim();
  return `postgres://${service}:${passwordOf(service)}@127.0.0.1:${port}/${service}`;
}

const writeMetrics = (file: string, findings: readonly Finding[]) =>
  writeTextfile(file, [
    {
      name: "comptoir_verify_violations",
      help: "How often an invariant of the company did not hold.",
      samples: findings.map(({ id, count }) => ({ labels: `{invariant="${id}"}`, value: count })),
    },
    {
      name: "comptoir_verify_last_asked_timestamp_seconds",
      help: "When the invariants were asked.",
      samples: [{ value: Date.now() / 1_000 }],
    },
  ]);

try {
  const { values } = parseArgs({ options: { metrics: { type: "string" } } });
  const { metrics: metricsFile } = values;
  const trouble = metricsFile === undefined ? undefined : textfileTrouble(metricsFile);
  if (trouble !== undefined) throw new Error(trouble);
  const findings =
    metricsFile === undefined
      ? await checkInvariants(urlOf)
      : (await untilAllHold(urlOf, TIMEOUT_MS)).findings;
  for (const { id, says, count } of findings)
    say(
      `${count === 0 ? "  ✓" : "  ✗"} ${id.padEnd(5)} ${says}${count === 0 ? "" : `: ${count} do not hold`}`,
    );
  if (metricsFile !== undefined) await writeMetrics(metricsFile, findings);
  const bad = findings.filter(({ count }) => count !== 0).length;
  say(
    bad === 0
      ? "All invariants hold."
      : `${bad} invariants do not hold. (Asked while work is under way? Ask again.)`,
  );
  process.exit(bad === 0 ? 0 : 1);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(2);
}
