/**
 * Starts a node: all services with an embedded Postgres when nothing else is said, or those named in
 * SERVICES, joined to the bus at NATS_URL. Ends cleanly on SIGINT and SIGTERM.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { config } from "../config.ts";
import { startNode } from "./node/node.ts";
import { banner } from "./node/banner.ts";

const began = performance.now();
const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  const node = await startNode({ say });
  let leaving: Promise<void> | undefined;
  const leave = (signal: string) => {
    if (leaving) return;
    say(`\n${signal}: finishing what is under way …`);
    leaving = node.stop().then(
      () => {
        say("Stopped. Everything is kept.");
        process.exit(0);
      },
      (error: unknown) => {
        say(`It did not stop cleanly: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", leave);
  process.on("SIGTERM", leave);
  process.on("unhandledRejection", (error) => {
    node.broker.logger.fatal("Something went wrong that nobody caught; stopping.", error);
    process.exitCode = 1;
    leave("Fault");
  });

  const marker = path.join(config.dataDir, "seeded");
  const first = node.runsAll && !existsSync(marker);
  // The demo company is loaded into memory only when it is needed.
  const passwords = first
    ? await (await import("./demo/seed.ts")).seed(node.broker, { marker, say })
    : [];
  banner(node, { passwords, tookMs: performance.now() - began, say });
} catch (error) {
  const { message, stack } = error as Error;
  process.stderr.write(`${config.log.level === "debug" ? stack : message}\n`);
  process.exit(1);
}
