/** Whoever takes over one service has that service's part of the bus, and nothing of the others'. */
import { execFile } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { ServiceBroker, type ServiceSchema, type Transit } from "moleculer";
import { connect, type NatsConnection, nkeyAuthenticator, nkeys } from "nats";
import { brokerOptions } from "../../moleculer.config.ts";
import { usersFor, writeUsers } from "../../scripts/nats/deploy.ts";
import { findProgram } from "../../scripts/servers/programs.ts";
import { ACTIONS } from "../../services/contracts.ts";
import { guardedNats, type GuardedNats } from "../support/guarded-nats.ts";
import { eventually } from "../support/stage.ts";

const NAMESPACE = "bus";
const PREFIX = `MOL-${NAMESPACE}`;
let nats: GuardedNats;
const leaving: (() => unknown)[] = [];

beforeAll(async () => {
  nats = await guardedNats(NAMESPACE, { groups: [["orders", "inventory"]] });
}, 60_000);
afterAll(async () => {
  for (const leave of leaving.toReversed()) await leave();
  await nats.stop();
});

interface Line {
  readonly client: NatsConnection;
  /** What the server has refused it. */
  readonly refused: string[];
  say(subject: string, payload: object): void;
}
const encoder = new TextEncoder();
const signed = (seed: string) => nkeyAuthenticator(encoder.encode(seed));

/** Since each signs what the server asks, lines are kept. */
const lines = new Map<string, Promise<Line>>();
/** A bare line to the server: what somebody with the member's key has who does not use our code. */
async function line(member: string): Promise<Line> {
  const kept = lines.get(member) ?? open(member);
  lines.set(member, kept);
  const { refused } = await kept;
  refused.length = 0;
  return kept;
}
async function open(member: string): Promise<Line> {
  const authenticator = signed(nats.seed(member));
  const client = await connect({ servers: nats.url, authenticator, reconnect: false });
  leaving.push(() => client.close());
  const refused: string[] = [];
  void (async () => {
    for await (const { permissionContext: it } of client.status())
      if (it) refused.push(`${it.operation} ${it.subject}`);
  })();
  const say = (subject: string, payload: object) =>
    client.publish(`${PREFIX}.${subject}`, JSON.stringify({ ver: "5", ...payload }));
  return { client, refused, say };
}

/** A node of ours, with stand-ins for what its services do. */
async function node(nodeID: string, ...services: ServiceSchema[]): Promise<ServiceBroker> {
  const broker = new ServiceBroker(
    brokerOptions({
      nodeID,
      namespace: NAMESPACE,
      transporter: nats.bus(),
      registry: { stopDelay: 0 },
      transit: { serviceChangedDebounceTime: 0 } as object,
      requestTimeout: 2_000,
      skipProcessEventRegistration: true,
    }),
  );
  for (const service of services) broker.createService(service);
  await broker.start();
  leaving.push(() => broker.stop());
  return broker;
}
const service = (name: string, ...actions: string[]): ServiceSchema => ({
  name,
  actions: Object.fromEntries(actions.map((it) => [it, { handler: () => `${name}.${it}` }])),
});
/** What the server has made of all that was said so far. */
const flushed = async ({ client }: Line) => {
  await client.flush();
  await client.flush();
};

describe("the server", () => {
  test.each<[string, object]>([
    ["without a key", {}],
    ["with a key it does not know", { authenticator: signed(seedOf(nkeys.createUser())) }],
    ["with a name and a word", { user: "orders", pass: "orders" }],
  ])("lets nobody in %s", async (_, options) => {
    const trying = connect({ servers: nats.url, reconnect: false, ...options });
    await expect(trying).rejects.toMatchObject({ code: "AUTHORIZATION_VIOLATION" });
  });

  test.each([
    ["speak as another, to all", "orders.INFO"],
    ["speak as another, to one", "orders.RES.gateway.gateway-1"],
    ["ask as another", "orders.REQ.payments.payments-1.payments.refundOrder"],
    ["ask for what it has no need of", "carts.REQ.payments.payments-1.payments.refundOrder"],
    ["tell what is not its own", "carts.EVENT.orders.orders-1.payments.feed"],
    ["say that sessions have ended", "carts.EVENT.gateway.gateway-1.identity.denied"],
    ["use subjects of Moleculer without a sender", "REQ.payments-1"],
    ["speak in another namespace", "x"],
  ])("does not let a service %s", async (_, subject) => {
    const [carts, operator] = await Promise.all([line("carts"), line("operator")]);
    const full = subject === "x" ? "MOL-other.carts.INFO" : `${PREFIX}.${subject}`;
    const heard: string[] = [];
    const hearing = operator.client.subscribe(`${PREFIX}.*.INFO`, {
      callback: (__, { subject: it }) => void heard.push(it),
    });
    await flushed(operator);
    carts.client.publish(full, "{}");
    carts.say("carts.INFO", {});
    await Promise.all([flushed(carts), flushed(operator)]);
    expect(carts.refused).toEqual([`publish ${full}`]);
    await eventually(() => expect(heard).toEqual([`${PREFIX}.carts.INFO`]));
    hearing.unsubscribe();
  });

  test.each([
    ["the requests of another", "*.REQ.payments.>"],
    ["the answers to another", "*.RES.orders.>"],
    ["what another is told", "*.EVENT.gateway.>"],
    ["everything that one says", "orders.>"],
    ["everything", ">"],
  ])("does not let a service hear %s", async (_, subject) => {
    const carts = await line("carts");
    carts.client.subscribe(`${PREFIX}.${subject}`);
    await flushed(carts);
    expect(carts.refused).toEqual([`subscription ${PREFIX}.${subject}`]);
  });

  test("a node of two services may do what each of them may, and is asked as both", async () => {
    const both = await line("inventory+orders");
    const asks = [
      "REQ.payments.payments-1.payments.open",
      "REQ.catalog.catalog-1.catalog.events",
      "REQ.inventory+orders.inventory+orders-2.inventory.reserve",
    ];
    for (const ask of asks) both.say(`inventory+orders.${ask}`, {});
    both.say("inventory+orders.REQ.payments.payments-1.payments.webhook", {});
    await flushed(both);
    expect(both.refused).toEqual([
      `publish ${PREFIX}.inventory+orders.REQ.payments.payments-1.payments.webhook`,
    ]);
  });
});

describe("a node of ours", () => {
  let orders: ServiceBroker;
  let payments: ServiceBroker;
  let carts: Line;
  const said: string[] = [];

  beforeAll(async () => {
    [orders, payments] = await Promise.all([
      node("orders-1", service("orders", "fate", "due")),
      node("payments-1", service("payments", "open", "lookUp")),
    ]);
    await orders.waitForServices("payments", 5_000, 20);
    carts = await line("carts");
    Object.assign((orders.transit as Transit).tx.logger, {
      error: (sentence: string) => said.push(sentence),
    });
  }, 30_000);

  /** Honest news of a node of the carts, after which all that was said before has been heard. */
  let told = 0;
  const fence = async () => {
    const sender = `carts-fence-${(told += 1)}`;
    carts.say("carts.INFO", infoOf(sender, "carts"));
    await eventually(() => expect(nodesSeen(orders)).toContain(sender));
  };
  const infoOf = (sender: string, name: string, actions: readonly string[] = []) => ({
    sender,
    instanceID: sender,
    seq: 1,
    services: [{ name, fullName: name, settings: {}, events: {}, actions: named(name, actions) }],
  });
  const named = (name: string, actions: readonly string[]) =>
    Object.fromEntries(actions.map((it) => [`${name}.${it}`, { name: `${name}.${it}` }]));
  const nodesSeen = (broker: ServiceBroker) =>
    (broker.registry.nodes.list({ onlyAvailable: true }) as unknown as { id: string }[]).map(
      ({ id }) => id,
    );
  const offering = (broker: ServiceBroker, action: string): string[] => {
    const all = broker.registry.actions.get(action) as unknown as
      | { endpoints: { id: string }[] }
      | undefined;
    return all?.endpoints.map(({ id }) => id) ?? [];
  };

  test("asks another and is answered, under the permissions", async () => {
    await expect(orders.call("payments.open")).resolves.toBe("payments.open");
    await expect(payments.call("orders.due")).resolves.toBe("orders.due");
  });

  test("is told at once that it may not ask, instead of waiting in vain", async () => {
    const began = performance.now();
    await expect(payments.call("orders.fate")).rejects.toThrow("may not ask for orders.fate");
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  test("does not believe in nodes of a service that another service tells of", async () => {
    carts.say("carts.INFO", infoOf("payments-2", "payments", ["open"]));
    carts.say("carts.INFO.orders.orders-1", infoOf("payments-2", "payments", ["open"]));
    await fence();
    expect(nodesSeen(orders)).not.toContain("payments-2");
  });

  test.each<[string, string, readonly string[]]>([
    ["another's service", "payments", ["open"]],
    ["another's action in a service of its own", "carts", ["../payments.open"]],
    ["another's action in a service of Moleculer", "$node", ["../payments.open"]],
  ])("does not ask a service that offers %s", async (_, name, actions) => {
    const info = infoOf("carts-thief", name, actions);
    const stolen = { "payments.open": { name: "payments.open" } };
    const [offered] = info.services;
    const services = actions[0]?.startsWith("..") ? [{ ...offered, actions: stolen }] : [offered];
    carts.say("carts.INFO", { ...info, services });
    carts.say("carts.INFO", {
      ...info,
      services: [{ ...offered, actions: { [`${name}.open`]: { name: "payments.open" } } }],
    });
    carts.say("carts.INFO", { ...info, services: [{ ...offered, fullName: "payments" }] });
    await fence();
    expect(offering(orders, "payments.open")).toEqual(["payments-1"]);
    expect(nodesSeen(orders)).not.toContain("carts-thief");
  });

  test("does not end when another says that it has its name, nor lose one that another sends away", async () => {
    carts.say("carts.INFO", infoOf("orders-1", "orders"));
    carts.say("carts.DISCONNECT", { sender: "payments-1" });
    await fence();
    expect(nodesSeen(orders)).toEqual(expect.arrayContaining(["orders-1", "payments-1"]));
    await expect(orders.call("payments.open")).resolves.toBe("payments.open");
  });

  test("takes an answer only from whom it has asked", async () => {
    const late = Promise.withResolvers<void>();
    const silent = await node("payments-silent", {
      name: "payments",
      actions: { refundOrder: { handler: () => late.promise } },
    });
    await orders.waitForServices("payments", 5_000, 20);
    await eventually(() =>
      expect(offering(orders, "payments.refundOrder")).toEqual(["payments-silent"]),
    );
    const asking = orders.call("payments.refundOrder", {}, { timeout: 1_500 });
    const ids = [...(orders.transit?.pendingRequests.keys() ?? [])];
    expect(ids).toHaveLength(1);
    const [id] = ids;
    const answer = { sender: "carts-1", id, success: true, data: "done", meta: {} };
    carts.say("carts.RES.orders.orders-1", answer);
    carts.say("carts.RES.orders.orders-1", { ...answer, sender: "payments-silent" });
    await expect(asking).rejects.toMatchObject({ type: "REQUEST_TIMEOUT" });
    late.resolve();
    await silent.stop();
  });

  test("does what was permitted to be asked, not what the packet says", async () => {
    const heard: object[] = [];
    carts.client.subscribe(`${PREFIX}.*.RES.carts.carts-1`, {
      callback: (_, message) => void heard.push(message.json()),
    });
    const ask = { sender: "carts-1", id: "1", params: {}, meta: {}, level: 1 };
    carts.say("carts.REQ.orders.orders-1.orders.fate", { ...ask, action: "orders.due" });
    carts.say("carts.REQ.orders.orders-1.orders.fate", { ...ask, id: "2", action: "orders.fate" });
    await eventually(() => expect(heard).toHaveLength(1));
    expect(heard).toMatchObject([{ id: "2", data: "orders.fate" }]);
  });

  test("says in the log who was refused and why, and not a thousand times", async () => {
    said.length = 0;
    for (let n = 0; n < 1_000; n += 1) carts.say("carts.PING.orders.orders-1", { sender: "x" });
    await fence();
    expect(said).toEqual(["A PING of carts is refused: it names another sender."]);
  });
});

test("a node that the server does not know for a while is back when it does, by itself", async () => {
  const own = await guardedNats(NAMESPACE);
  const [orders, operator] = ["orders-1", "operator-1"].map(
    (nodeID) =>
      new ServiceBroker(
        brokerOptions({
          nodeID,
          namespace: NAMESPACE,
          transporter: own.bus(),
          registry: { stopDelay: 0 },
          skipProcessEventRegistration: true,
        }),
      ),
  ) as [ServiceBroker, ServiceBroker];
  orders.createService(service("orders", "fate"));
  await Promise.all([orders.start(), operator.start()]);
  await operator.waitForServices("orders", 5_000, 20);

  const keys = path.join(own.folder, "keys.conf");
  const known = readFileSync(keys, "utf8");
  const changed = `NATS_KEY_ORDERS: ${nkeys.createUser().getPublicKey()}`;
  writeFileSync(keys, known.replace(/^NATS_KEY_ORDERS: .*$/m, changed));
  await own.server.restart();
  const log = () => readFileSync(path.join(own.folder, "server.log"), "utf8");
  await eventually(() => expect(log().match(/authentication error/g)).toHaveLength(3), 20_000);
  writeFileSync(keys, known);
  await own.server.restart();
  await eventually(() => expect(operator.call("orders.fate")).resolves.toBe("orders.fate"), 20_000);
  await Promise.all([orders.stop(), operator.stop()]);
  await own.stop();
}, 60_000);

test("a node does not start with a key that is none", async () => {
  const bus = { NATS_URL: nats.url, NATS_NKEY: "garbage", METRICS_PORT: "0" };
  const env = { ...process.env, ...bus, SERVICES: "orders", DATABASE_URL: "postgres://a:b@host/c" };
  const started = promisify(execFile)(process.execPath, ["scripts/start.ts"], { env });
  await expect(started).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^NATS_NKEY must be the seed of a user's key/) as string,
  });
}, 30_000);

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
  test("nats/users.conf is that of this version; else run: npm run nats -- --shipped", async () => {
    expect(readFileSync("nats/users.conf", "utf8")).toBe(await usersFor({ namespace: "comptoir" }));
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
    const inner = ACTIONS.filter(({ allow }) => allow === "services").map(({ name }) => name);
    const byGateway = inner.filter((name) =>
      users.includes(`.gateway.REQ.${name.split(".")[0]}.*.${name}"`),
    );
    expect(byGateway).toEqual(["identity.denials"]);
  });

  test("every broadcast of the house is one that its sender may tell", () => {
    const told = globSync("{lib,middlewares,mixins,services}/**/*.ts").flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\bbroadcast\(\s*([^,]+),/g)].map(([, name]) => name),
    );
    // Another one needs a place in scripts/nats/traffic.ts.
    expect(new Set(told)).toEqual(new Set(['"live.told"', "DENIED", "STALE", "`${name}.feed`"]));
  });
});

function seedOf(pair: { getSeed(): Uint8Array }): string {
  return Buffer.from(pair.getSeed()).toString();
}
