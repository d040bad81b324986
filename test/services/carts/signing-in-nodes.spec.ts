/** Sign-ins of guests while nodes of carts go and come. */
import { ServiceBroker } from "moleculer";
import { brokerOptions } from "../../../moleculer.config.ts";
import * as carts from "../../../services/carts/carts.contract.ts";
import Carts from "../../../services/carts/carts.service.ts";
import { aPerson, eventually } from "../../support/stage.ts";
import { failingWriterOf } from "./door.ts";
import { aGuest, openShop, type Shop } from "./shop.ts";

let shop: Shop;
const later: ServiceBroker[] = [];
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => {
  await Promise.all(later.map((node) => node.stop()));
  await shop.play.leave();
});

async function anotherNode(nodeID: string): Promise<void> {
  const { namespace } = shop.play.audience;
  const node = new ServiceBroker(brokerOptions({ namespace, nodeID, transporter: "Fake" }));
  node.createService(Carts);
  later.push(node);
  await node.start();
}

test("whoever signs in while carts is away has the cart when it is back, once for all its nodes", async () => {
  const { play: harness } = shop;
  const { variantId } = shop.aVariant();
  const people = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const person = aPerson();
      await shop.filled(person);
      const { cartId, meta } = await aGuest(shop);
      await shop.add(cartId, variantId, 2, undefined, meta);
      return { person, meta };
    }),
  );
  await harness.node("carts").stop();
  for (const { person, meta } of people) await failingWriterOf(shop).signIn(person, meta);

  await Promise.all([anotherNode("second"), anotherNode("third")]);
  for (const { person } of people)
    await eventually(async () =>
      expect(await harness.call(carts.GetCurrentCart, {}, person)).toMatchObject({
        version: 2,
        lines: [{ quantity: 2 }, { variantId, quantity: 2 }],
      }),
    );
});
