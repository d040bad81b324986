/** Runs a node: it starts, prints its addresses, and stops on a signal. */
import { existsSync } from "node:fs";
import { flushCompileCache } from "node:module";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { config } from "../../config.ts";
import { giveBackMemory } from "../../lib/memory.ts";
import { banner } from "./banner.ts";
import { startNode } from "./node.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);
// A closed output pipe must not end the process.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
const fail = ({ message, stack }: Error) => {
  process.stderr.write(`${config.log.level === "debug" ? stack : message}\n`);
  process.exit(1);
};

const starting = startNode({ say });
let leaving = false;
/** A node waits for its bus without limit, but stops on a signal. */
const BUS_MS = 3_000;

/** Runs once; a start under way completes first, so that it can be stopped in order. */
async function leave(signal: string): Promise<void> {
  if (leaving) return;
  leaving = true;
  say(`\n${signal}: finishing what is under way …`);
  const lost = config.bus.url === undefined ? [] : [sleep(BUS_MS)];
  try {
    const node = await Promise.race([starting, ...lost]);
    await node?.stop();
    say(node ? "Stopped. Everything is kept." : "Stopped; nothing was under way.");
    process.exit(process.exitCode ?? 0);
  } catch (error) {
    fail(error as Error);
  }
}
process.on("SIGINT", (signal) => void leave(signal));
process.on("SIGTERM", (signal) => void leave(signal));
// A node of a cluster on one machine ends with its parent process.
if (process.connected) process.on("disconnect", () => void leave("Left alone"));

try {
  const node = await starting;
  process.on("unhandledRejection", (error) => {
    node.broker.logger.fatal("Something went wrong that nobody caught; stopping.", error);
    process.exitCode = 1;
    void leave("Fault");
  });

  const marker = path.join(config.dataDir, "seeded");
  const first = node.runsAll && !existsSync(marker) && !leaving;
  // The demo company is loaded into memory only when it is needed.
  const passwords = first
    ? await (await import("../../operations/demo/seed.ts")).seed(node.broker, { marker, say })
    : [];
  giveBackMemory();
  // Since the process began.
  if (!leaving) banner(node, { passwords, tookMs: performance.now(), say });
  // Now, and not when it ends: it may be killed.
  flushCompileCache();
} catch (error) {
  if (!leaving) {
    await starting.then((node) => node.stop()).catch(() => undefined);
    fail(error as Error);
  }
}
