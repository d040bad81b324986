/** Whoever takes over one service has that service's part of the bus, and nothing of the others'. */
import { connect, nkeys } from "nats";
import { eventually } from "../support/stage.ts";
import { closeBus, flushed, line, nats, openBus, PREFIX, signed } from "./support/bus.ts";

beforeAll(openBus, 60_000);
afterAll(closeBus);

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
    ["say that sessions have ended", "carts.EVENT.gateway.gateway-1.identity.sessions_revoked"],
    ["use subjects of Moleculer without a sender", "REQ.payments-1"],
    ["speak in another namespace", "x"],
  ])("does not let a service %s", async (_, subject) => {
    const [carts, operator] = await Promise.all([line("carts"), line("operator")]);
    const full = subject === "x" ? "MOL-other.carts.INFO" : `${PREFIX}.${subject}`;
    const received: string[] = [];
    const hearing = operator.client.subscribe(`${PREFIX}.*.INFO`, {
      callback: (__, { subject: it }) => void received.push(it),
    });
    await flushed(operator);
    carts.client.publish(full, "{}");
    carts.say("carts.INFO", {});
    await Promise.all([flushed(carts), flushed(operator)]);
    expect(carts.refused).toEqual([`publish ${full}`]);
    await eventually(() => expect(received).toEqual([`${PREFIX}.carts.INFO`]));
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

function seedOf(pair: { getSeed(): Uint8Array }): string {
  return Buffer.from(pair.getSeed()).toString();
}
