/** The bus of the manifests: real servers with their configuration, users and certificates. */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { connect, type NatsConnection, nkeyAuthenticator, nkeys } from "nats";
import { findProgram } from "../../runtime/servers/programs.ts";
import { eventually } from "../support/stage.ts";
import { type BusServer, figures, startBus } from "./support/bus.ts";
import { type System, system } from "./support/system.ts";
import { started } from "./support/processes.ts";

const run = promisify(execFile);
let all: System;
let servers: BusServer[] = [];
const connections: NatsConnection[] = [];

beforeAll(async () => {
  all = await system();
  servers = await startBus(all, 3);
}, 60_000);
afterEach(() => Promise.all(connections.splice(0).map((one) => one.close())));
afterAll(async () => {
  await Promise.all(servers.map((one) => one.end("SIGKILL")));
  await all.remove();
});

async function join(
  { client }: BusServer,
  nkey: string,
  { ca = all.secret("nats-tls", "ca.crt") }: { ca?: string } = {},
): Promise<NatsConnection> {
  const connection = await connect({
    servers: `tls://localhost:${client}`,
    tls: { ca },
    authenticator: nkeyAuthenticator(new TextEncoder().encode(nkey)),
    reconnect: false,
    // Who comes in while a server reads its users anew is left standing.
    timeout: 2_000,
  });
  connections.push(connection);
  return connection;
}
const keyOf = (member: string) => all.secret(`${member}-bus`, "nkey");
const server = (i: number): BusServer => {
  const found = servers[i];
  if (found) return found;
  throw new Error(`There is no server ${i}.`);
};

test("the three know each other, and answer where the kubelet asks", async () => {
  await eventually(async () => {
    for (const { health } of servers) {
      const { routes } = (await figures(health, "routez")) as {
        routes: { remote_id: string }[];
      };
      expect(new Set(routes.map((one) => one.remote_id)).size).toBe(2);
    }
  });
  const probe = all.workload("nats").containers[0]?.readinessProbe?.httpGet;
  for (const { health } of servers)
    expect(await figures(health, (probe?.path ?? "").slice(1))).toEqual({ status: "ok" });
});

test("what one service tells at one server, another hears at another", async () => {
  const [carts, orders] = await Promise.all([
    join(server(0), keyOf("carts")),
    join(server(2), keyOf("orders")),
  ]);
  const received = orders.subscribe("MOL-comptoir.*.INFO", { max: 1 });
  const published: string[] = [];
  const listening = (async () => {
    for await (const message of received) published.push(message.subject);
  })();
  await orders.flush();
  await eventually(() => {
    carts.publish("MOL-comptoir.carts.INFO");
    expect(published).toEqual(["MOL-comptoir.carts.INFO"]);
  });
  await listening;
});

test("nobody is let in without a key of ours, nor lets a server in that is not ours", async () => {
  const strange = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
  await expect(join(server(0), strange)).rejects.toThrow(/authorization/i);
  await expect(
    connect({ servers: `localhost:${server(0).client}`, reconnect: false }),
  ).rejects.toThrow();
  const { ca } = { ca: all.secret("nats-tls", "tls.crt") };
  await expect(join(server(0), keyOf("orders"), { ca })).rejects.toThrow(/certificate/i);
});

test("users that change reach a server that runs", async () => {
  const { at } = server(1);
  const reloading = await started("sh", [at("/etc/nats/reload.sh"), "0.2"]);
  try {
    await eventually(() => expect(reloading.said()).toContain("Read users"));
    const keys = at("/etc/nats/users/keys.conf");
    const other = nkeys.createUser();
    const text = await readFile(keys, "utf8");
    await writeFile(keys, text.replace(/(?<=NATS_KEY_CARTS: )\w+/, other.getPublicKey()));
    const seed = new TextDecoder().decode(other.getSeed());
    await eventually(() => join(server(1), seed));
    await expect(join(server(1), keyOf("carts"))).rejects.toThrow(/authorization/i);
  } finally {
    await reloading.end("SIGKILL");
  }
}, 20_000);

test("before a server stops, it tells its clients to go elsewhere", async () => {
  const client = await join(server(2), keyOf("orders"));
  const statuses: string[] = [];
  void (async () => {
    for await (const { type } of client.status()) statuses.push(type);
  })();
  const [, ...words] = all.workload("nats").containers[0]?.lifecycle?.preStop?.exec?.command ?? [];
  await run(await findProgram("nats-server"), words.map(server(2).at));
  await eventually(() => expect(statuses).toContain("ldm"));
});
