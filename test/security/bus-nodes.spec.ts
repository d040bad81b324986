/** Nodes of ours on a bus that guards who says what. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { ServiceBroker, type Transit } from "moleculer";
import { nkeys } from "nats";
import { brokerOptions } from "../../moleculer.config.ts";
import { guardedNats } from "../support/guarded-nats.ts";
import { eventually } from "../support/stage.ts";
import {
  closeBus,
  type Line,
  line,
  NAMESPACE,
  nats,
  node,
  openBus,
  PREFIX,
  service,
} from "./support/bus.ts";

beforeAll(openBus, 60_000);
afterAll(closeBus);

describe("a node of ours", () => {
  let orders: ServiceBroker;
  let payments: ServiceBroker;
  let carts: Line;
  const output: string[] = [];

  beforeAll(async () => {
    [orders, payments] = await Promise.all([
      node("orders-1", service("orders", "resolve", "amountDue")),
      node("payments-1", service("payments", "open", "lookUp")),
    ]);
    await orders.waitForServices("payments", 5_000, 20);
    carts = await line("carts");
    Object.assign((orders.transit as Transit).tx.logger, {
      error: (sentence: string) => output.push(sentence),
    });
  }, 30_000);

  /** Honest news of a node of the carts, after which all that was said before has been heard. */
  let published = 0;
  const fence = async () => {
    const sender = `carts-fence-${(published += 1)}`;
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
    await expect(payments.call("orders.amountDue")).resolves.toBe("orders.amountDue");
  });

  test("is told at once that it may not ask, instead of waiting in vain", async () => {
    const began = performance.now();
    await expect(payments.call("orders.resolve")).rejects.toThrow("may not ask for orders.resolve");
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
    const received: object[] = [];
    carts.client.subscribe(`${PREFIX}.*.RES.carts.carts-1`, {
      callback: (_, message) => void received.push(message.json()),
    });
    const ask = { sender: "carts-1", id: "1", params: {}, meta: {}, level: 1 };
    carts.say("carts.REQ.orders.orders-1.orders.resolve", { ...ask, action: "orders.amountDue" });
    carts.say("carts.REQ.orders.orders-1.orders.resolve", {
      ...ask,
      id: "2",
      action: "orders.resolve",
    });
    await eventually(() => expect(received).toHaveLength(1));
    expect(received).toMatchObject([{ id: "2", data: "orders.resolve" }]);
  });

  test("says in the log who was refused and why, and not a thousand times", async () => {
    output.length = 0;
    for (let n = 0; n < 1_000; n += 1) carts.say("carts.PING.orders.orders-1", { sender: "x" });
    await fence();
    expect(output).toEqual(["A PING of carts is refused: it names another sender."]);
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
  orders.createService(service("orders", "resolve"));
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
  await eventually(
    () => expect(operator.call("orders.resolve")).resolves.toBe("orders.resolve"),
    20_000,
  );
  await Promise.all([orders.stop(), operator.stop()]);
  await own.stop();
}, 60_000);

test("a node does not start with a key that is none", async () => {
  const bus = { NATS_URL: nats.url, NATS_NKEY: "garbage", METRICS_PORT: "0" };
  const env = { ...process.env, ...bus, SERVICES: "orders", DATABASE_URL: "postgres://a:b@host/c" };
  const started = promisify(execFile)(process.execPath, ["runtime/start.ts"], { env });
  await expect(started).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^NATS_NKEY must be the seed of a user's key/) as string,
  });
}, 30_000);
