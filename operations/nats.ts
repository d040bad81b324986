/**
 * `npm run nats`: makes what a nats-server needs to hold each service to its own part of the bus.
 * It writes into DATA_DIR/nats (or the folder named by --folder): `nats.conf`, `users.conf`, `keys.conf`
 * for the server, and the secret key of each member, `orders.nk`, for its nodes. Words after it are
 * nodes that run several services: `inventory+orders`.
 */
import { copyFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { config } from "../config.ts";
import { writeUsers } from "./nats/deploy.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { folder: { type: "string" } },
  });
  const { namespace } = config.bus;
  const folder = path.resolve(values.folder ?? config.bus.keys);
  const groups = positionals.map((group) => group.split("+"));
  const members = await writeUsers(folder, { namespace, groups });
  copyFileSync("nats/nats.conf", path.join(folder, "nats.conf"));
  say(
    `${folder} has nats.conf, users.conf and keys.conf for the server (nats-server -c nats.conf),`,
  );
  say("and for the nodes, each as NATS_NKEY_FILE, the secret keys:");
  for (const member of members) say(`  ${member}.nk`);
  say(
    "A server that runs takes new users by `nats-server --signal reload`, before the nodes start.",
  );
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
