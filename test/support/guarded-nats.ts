/** A real nats-server that lets in the members of the system only, each with its own permissions. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { NatsBus, type NatsBusOptions } from "../../lib/nats/nats-bus.ts";
import { writeUsers } from "../../operations/nats/deploy.ts";
import { type Server, startNats } from "../../runtime/servers/servers.ts";

export interface GuardedNats {
  readonly server: Server;
  readonly url: string;
  /** Holds the server's files and the keys of members. */
  readonly folder: string;
  /** PEM text of the authority, where TLS is on. */
  readonly ca: string | undefined;
  /** The secret seed of a member. */
  seed(member: string): string;
  /** A transporter for a broker, with the key of whatever member its node is. */
  bus(options?: Partial<NatsBusOptions>): NatsBus;
  /** Returns the server's messages about refused packets. */
  refused(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function guardedNats(
  namespace: string,
  { tls = false, groups = [] as readonly (readonly string[])[] } = {},
): Promise<GuardedNats> {
  const folder = await mkdtemp(path.join(tmpdir(), "comptoir-test-guarded-"));
  await writeUsers(folder, { namespace, groups });
  const log = path.join(folder, "server.log");
  const secure = tls ? await certificates(folder) : [];
  const config = path.join(folder, "test.conf");
  await writeFile(config, ['include "users.conf"', `log_file: "${log}"`, ...secure, ""].join("\n"));
  const server = await startNats({ config });
  const url = tls ? server.url.replace("nats:", "tls:") : server.url;
  const ca = tls ? readFileSync(path.join(folder, "tls", "ca.pem"), "utf8") : undefined;
  const seed = (member: string) => readFileSync(path.join(folder, `${member}.nk`), "utf8").trim();
  return {
    server,
    url,
    folder,
    ca,
    seed,
    bus: (options) => new NatsBus({ url, ca, seedOf: seed, ...options }),
    refused: async () =>
      (await readFile(log, "utf8")).split("\n").filter((line) => line.includes("Violation")),
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function certificates(folder: string): Promise<string[]> {
  const tls = path.join(folder, "tls");
  await promisify(execFile)("sh", ["nats/generate-tls.sh", tls, "localhost", "127.0.0.1"]);
  return [`tls { cert_file: "${tls}/server.pem", key_file: "${tls}/server.key" }`];
}
