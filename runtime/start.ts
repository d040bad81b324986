/**
 * Starts a node: all services with an embedded Postgres when nothing else is said, or those named in
 * SERVICES, joined to the bus at NATS_URL. Ends cleanly on SIGINT and SIGTERM, also while starting.
 */
import { enableCompileCache } from "node:module";
import path from "node:path";
import { config } from "../config.ts";

// What was compiled once is kept: a third to half of the CPU of a start. In a folder of our own, since
// whoever can write into it says what runs; where nothing can be written it does without.
enableCompileCache(path.join(config.dataDir, "compile-cache"));
await import("./node/run.ts");
