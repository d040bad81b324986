/**
 * `npm run chaos -- --seed 7 --checkouts 2000 --kills 10`: a cluster is shopped at while its nodes,
 * NATS, Postgres and Redis are killed, and nodes stand still for longer than their leases, each kind so
 * often. Then the faults stop, and within a minute every invariant must hold. The same seed plans the same faults and the same shopping.
 */
import { randomBytes, randomInt } from "node:crypto";
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    checkouts: { type: "string", default: "2000" },
    kills: { type: "string", default: "10" },
    /** Only says what would be broken. */
    plan: { type: "boolean", default: false },
  },
});
const whole = (name: string, text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  process.stderr.write(`--${name} must be a whole number, not "${text}".\n`);
  process.exit(2);
};
const options = {
  seed: whole("seed", values.seed ?? String(randomInt(1_000_000))),
  checkouts: whole("checkouts", values.checkouts),
  kills: whole("kills", values.kills),
  planOnly: values.plan,
};
// Before anything reads the settings: the cluster has its own folder, secret and limits.
const dataDir = temporaryFolder("chaos");
Object.assign(process.env, {
  DATA_DIR: dataDir,
  JWT_SECRET: randomBytes(48).toString("hex"),
  DEMO: "0",
  LOG_LEVEL: "error",
});
const { run } = await import("./run.ts");
try {
  process.exitCode = await run(options, (line) => process.stdout.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`The run could not be finished: ${(error as Error).stack}\n`);
  process.exitCode = 2;
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
