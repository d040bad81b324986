/** TLS, and the files that a server of the bus is given. */
import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { ServiceBroker } from "moleculer";
import { brokerOptions } from "../../moleculer.config.ts";
import { usersFor, writeUsers } from "../../operations/nats/deploy.ts";
import { findProgram } from "../../runtime/servers/programs.ts";
import { ACTIONS } from "../../services/registry.ts";
import { guardedNats, type GuardedNats } from "../support/guarded-nats.ts";
import { closeBus, NAMESPACE, nats, openBus, service } from "./support/bus.ts";

beforeAll(openBus, 60_000);
afterAll(closeBus);

describe("with TLS", () => {
  let safe: GuardedNats;
  beforeAll(async () => {
    safe = await guardedNats(NAMESPACE, { tls: true });
  }, 30_000);
  afterAll(() => safe.stop());

  const at = (nodeID: string, ca = safe.ca, url = safe.url) => {
    const transporter = safe.bus({ ca, url });
    const broker = new ServiceBroker(
      brokerOptions({ nodeID, namespace: NAMESPACE, transporter, registry: { stopDelay: 0 } }),
    );
    return { broker, transporter };
  };

  test("nodes ask and are answered", async () => {
    const [orders, payments] = [at("orders-1").broker, at("payments-1").broker];
    payments.createService(service("payments", "open"));
    await Promise.all([orders.start(), payments.start()]);
    await orders.waitForServices("payments", 5_000, 20);
    await expect(orders.call("payments.open")).resolves.toBe("payments.open");
    await Promise.all([orders.stop(), payments.stop()]);
  }, 30_000);

  test("a node does not speak to a server whose certificate is of another authority", async () => {
    const other = await guardedNats(NAMESPACE, { tls: true });
    await expect(at("orders-1", other.ca).transporter.connect()).rejects.toThrow(/certificate/);
    await other.stop();
  }, 30_000);

  test("a node that demands TLS does not speak to a server without", async () => {
    const plain = nats.url.replace("nats:", "tls:");
    await expect(at("orders-1", undefined, plain).transporter.connect()).rejects.toThrow("tls");
  });
});

describe("the files for a server", () => {
  test("nats/users.conf is that of this version; else run: npm run deployment", async () => {
    expect(readFileSync("nats/users.conf", "utf8")).toContain(
      await usersFor({ namespace: "comptoir" }),
    );
  });

  test("a real server takes them, with TLS and without", async () => {
    const { folder } = nats;
    const program = await findProgram("nats-server");
    await promisify(execFile)("sh", [
      "nats/generate-tls.sh",
      `${folder}/tls`,
      "bus.example",
      "10.0.0.7",
    ]);
    for (const name of ["nats.conf", "nats-tls.conf"]) {
      await promisify(execFile)("cp", [`nats/${name}`, folder]);
      const env = {
        NATS_TLS_CERT: `${folder}/tls/server.pem`,
        NATS_TLS_KEY: `${folder}/tls/server.key`,
      };
      await promisify(execFile)(program, ["-t", "-c", path.join(folder, name)], { env });
    }
  });

  test("keys are kept when they are made again, and a group of an unknown service is refused", async () => {
    const before = nats.seed("orders");
    await writeUsers(nats.folder, { namespace: NAMESPACE, groups: [["orders", "inventory"]] });
    expect(nats.seed("orders")).toBe(before);
    const wrong = writeUsers(nats.folder, { namespace: NAMESPACE, groups: [["oders"]] });
    await expect(wrong).rejects.toThrow("There is no service oders");
  });

  test("what is for services only is asked for by few, and never by the gateway's callers", async () => {
    const users = await usersFor({ namespace: "comptoir" });
    const inner = ACTIONS.filter(({ allow }) => allow === "internal").map(({ name }) => name);
    const byGateway = inner.filter((name) =>
      users.includes(`.gateway.REQ.${name.split(".")[0]}.*.${name}"`),
    );
    expect(byGateway).toEqual(["identity.revokedSessions"]);
  });

  test("every broadcast of the system is one that its sender may tell", () => {
    const published = globSync("{edge,lib,middlewares,mixins,services}/**/*.ts").flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\bbroadcast\(\s*([^,]+),/g)].map(([, name]) => name),
    );
    // Another one needs a place in operations/nats/traffic.ts.
    expect(new Set(published)).toEqual(
      new Set(['"realtime.push"', "SESSIONS_REVOKED", "CACHE_INVALIDATED", "`${name}.feed`"]),
    );
  });
});
