/** Nodes that come and go while others ask them. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Errors, ServiceBroker, type ServiceSchema } from "moleculer";
import { call, handle } from "../../lib/bus.ts";
import { command } from "../../lib/contract.ts";
import { object, text } from "../../lib/shape.ts";
import { brokerOptions } from "../../moleculer.config.ts";

const contract = (name: string) =>
  command(name, {
    summary: "Answer.",
    allow: "public",
    params: {},
    returns: object({ by: text() }),
  });
const Ring = contract("till.ring");
const Sell = contract("desk.sell");

let nodes: ServiceBroker[];
let namespace: string;
beforeEach(() => {
  nodes = [];
  namespace = `test-${randomUUID()}`;
});
afterEach(() => Promise.all(nodes.map((one) => one.stop())));

async function node(nodeID: string, ...services: ServiceSchema[]): Promise<ServiceBroker> {
  const broker = new ServiceBroker(brokerOptions({ namespace, nodeID, transporter: "Fake" }));
  for (const schema of services) broker.createService(schema);
  nodes.push(broker);
  await broker.start();
  return broker;
}
const till = (run: () => Promise<{ by: string }>, stopped = () => undefined) => ({
  name: "till",
  actions: { ring: handle(Ring, run) },
  stopped,
});

test("a node that says that it has started is known to the others", async () => {
  const asker = await node("asker");
  await node(
    "till-1",
    till(async () => ({ by: "till-1" })),
  );
  expect(await call(asker, Ring, {})).toEqual({ by: "till-1" });
});

test("a service stops when all that runs on its node is answered, its neighbour's work too", async () => {
  const begun = Promise.withResolvers<undefined>();
  const goOn = Promise.withResolvers<undefined>();
  const state = { stopped: false };
  const asker = await node("asker");
  const both = await node(
    "both",
    till(
      async () => {
        if (state.stopped) throw new Error("The till is closed.");
        return { by: "both" };
      },
      () => void (state.stopped = true),
    ),
    {
      name: "desk",
      actions: {
        sell: handle(Sell, async (ctx) => {
          begun.resolve(undefined);
          await goOn.promise;
          return call(ctx, Ring, {});
        }),
      },
    },
  );
  const asked = call(asker, Sell, {});
  await begun.promise;
  const left = both.stop();
  while (!both.stopping) await sleep(10);
  // By now the till would have stopped if nothing kept it.
  await sleep(100);
  goOn.resolve(undefined);
  expect(await asked).toEqual({ by: "both" });
  await left;
  expect(state.stopped).toBe(true);
});

describe("a command that a leaving node refuses to begin", () => {
  test("is asked of another one, and done once", async () => {
    const asker = await node("asker");
    const done: string[] = [];
    const tillOf = (by: string) =>
      till(async () => {
        done.push(by);
        return { by };
      });
    const leaving = await node("till-1", tillOf("till-1"));
    await node("till-2", tillOf("till-2"));
    // As it is for whoever has not yet heard that it leaves.
    leaving.stopping = true;
    for (let asked = 0; asked < 4; asked += 1)
      expect(await call(asker, Ring, {})).toEqual({ by: "till-2" });
    expect(done).toHaveLength(4);
  });

  test("is refused in the end where there is no other", async () => {
    const asker = await node("asker");
    const leaving = await node(
      "till-1",
      till(async () => ({ by: "till-1" })),
    );
    leaving.stopping = true;
    await expect(call(asker, Ring, {})).rejects.toMatchObject({ type: "SERVICE_NOT_AVAILABLE" });
  });

  test("is not the one that was under way when another was refused", async () => {
    const asker = await node("asker");
    let begun = 0;
    await node("desk-1", {
      name: "desk",
      actions: {
        sell: handle(Sell, async () => {
          begun += 1;
          throw new Errors.ServiceNotAvailableError({ action: "till.ring", nodeID: "desk-1" });
        }),
      },
    });
    await expect(call(asker, Sell, {})).rejects.toMatchObject({ type: "SERVICE_NOT_AVAILABLE" });
    expect(begun).toBe(1);
  });
});

test("what was asked of a killed node waited for seconds: it is asked again when the node is back", async () => {
  const Look = { ...contract("shelf.look"), retry: "safe" as const };
  const shelf = (run: () => Promise<{ by: string }>) => ({
    name: "shelf",
    actions: { look: handle(Look, run) },
  });
  const asker = await node("asker");
  const received = Promise.withResolvers<undefined>();
  const late = Promise.withResolvers<{ by: string }>();
  const first = await node(
    "shelf-1",
    shelf(() => {
      received.resolve(undefined);
      return late.promise;
    }),
  );
  const asked = call(asker, Look, {});
  await received.promise;
  // As by kill -9: without a word, and its successor has its name.
  await (first as unknown as Linked).transit.tx.disconnect();
  const began = performance.now();
  await node(
    "shelf-1",
    shelf(async () => ({ by: "its successor" })),
  );
  expect(await asked).toEqual({ by: "its successor" });
  expect(performance.now() - began).toBeLessThan(4_000);
  late.resolve({ by: "nobody" });
}, 20_000);
interface Linked {
  readonly transit: { readonly tx: { disconnect(): Promise<void> } };
}
