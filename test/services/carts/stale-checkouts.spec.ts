/** Asking orders about carts that have been frozen for long. */
import { runRound } from "../../../mixins/jobs.mixin.ts";
import type { CartsService } from "../../../services/carts/carts.types.ts";
import { resolveStaleCheckouts } from "../../../services/carts/jobs/resolveStaleCheckouts.ts";
import type { Stage, TestPerson } from "../../support/stage.ts";
import { openShop, type Shop } from "./shop.ts";

let shop: Shop;
let harness: Stage;
beforeAll(async () => {
  shop = await openShop();
  harness = shop.play;
});
afterAll(() => harness.leave());

const stateOf = async (id: string, person: TestPerson) => (await shop.get(id, person)).state;

describe("carts whose checkout is never heard of again", () => {
  const doubtful = async () => {
    const { person, cart } = await shop.filled();
    const { orderId } = await shop.freeze(cart.id, person.id);
    const { sql } = harness.db("carts");
    const old = "update cart set frozen_at = now() - interval '61 seconds' where id = $1";
    expect(await sql.run(old, [cart.id])).toBe(1);
    return { person, cart, orderId };
  };
  const ask = () =>
    runRound(harness.service<CartsService>("carts"), {
      name: "resolveStaleCheckouts",
      job: resolveStaleCheckouts,
    });

  test.each([
    ["rejected", "open"],
    ["cancelled", "open"],
    ["paid", "converted"],
    ["awaiting_payment", "frozen"],
    ["settling", "frozen"],
  ] as const)("orders says it is %s: the cart is %s", async (outcome, state) => {
    const { person, cart, orderId } = await doubtful();
    shop.world.outcomes.set(orderId, outcome);
    await ask();
    expect(shop.world.outcomeRequested).toContain(orderId);
    expect(await stateOf(cart.id, person)).toBe(state);
  });

  test("nobody asks within a minute, nor twice within one, also of two nodes", async () => {
    const fresh = await shop.filled();
    const { orderId: young } = await shop.freeze(fresh.cart.id, fresh.person.id);
    const { orderId } = await doubtful();
    shop.world.outcomes.set(orderId, "pending");
    await Promise.all([ask(), ask()]);
    await ask();
    const asked = shop.world.outcomeRequested.filter((one) => one === orderId);
    expect(asked).toHaveLength(1);
    expect(shop.world.outcomeRequested).not.toContain(young);
  });

  test("what another node has in hand is left to it", async () => {
    const { cart, orderId } = await doubtful();
    const db = harness.db("carts");
    await db.transaction(async (tx) => {
      await db.in(tx).run("select 1 from cart where id = $1 for update", [cart.id]);
      await ask();
    });
    expect(shop.world.outcomeRequested).not.toContain(orderId);
    await ask();
    expect(shop.world.outcomeRequested).toContain(orderId);
  });

  test("one that is not answered keeps no other one waiting, and stays frozen", async () => {
    const broken = await doubtful();
    const other = await doubtful();
    shop.world.outcomeFails.add(broken.orderId);
    await ask();
    expect(await stateOf(broken.cart.id, broken.person)).toBe("frozen");
    expect(await stateOf(other.cart.id, other.person)).toBe("open");
  });
});
