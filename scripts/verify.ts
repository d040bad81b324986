/**
 * `npm run verify`: asks the invariants of the whole company, over all its databases, which it only reads.
 * For the embedded databases start the company first, or set DATABASE_URL.
 */
import path from "node:path";
import { existsSync, readFileSync } from "node:fs";
import { config, databaseUrl } from "../config.ts";
import { checkInvariants } from "./invariants/check.ts";
import { passwordOf } from "./node/databases.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);
const portFile = path.join(config.dataDir, "postgres", "port");

function urlOf(service: string): string {
  if (config.database.url !== undefined) return databaseUrl(service);
  if (!existsSync(portFile))
    throw new Error("Nothing runs here: start it with `npm start`, or set DATABASE_URL.");
  const port = readFileSync(portFile, "utf8").trim();
  return `postgres://${service}:${passwordOf(service)}@127.0.0.1:${port}/${service}`;
}

try {
  const findings = await checkInvariants(urlOf);
  for (const { id, says, count } of findings)
    say(
      `${count === 0 ? "  ✓" : "  ✗"} ${id.padEnd(5)} ${says}${count === 0 ? "" : `: ${count} do not hold`}`,
    );
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
