/** Converts a request to the id of an order that exists. */
import { setTimeout as sleep } from "node:timers/promises";
import { config } from "../../../config.ts";
import { NotAllowed } from "../../../lib/access.ts";
import type { Ctx } from "../../../lib/bus.ts";
import { isPassing } from "../../../lib/sql.ts";
import { OutOfStock } from "../../inventory/inventory.contract.ts";
import { assertAgreed, linesOf } from "../domain/draft.ts";
import { wantedOf } from "../domain/wanted.ts";
import { OrderNotOpen, type PlaceOrder } from "../orders.contract.ts";
import { findOutcome } from "../store/orders.store.ts";
import type { OrdersService } from "../orders.types.ts";
import { type Basket, basketOf, offerOf } from "./basket.ts";
import { createOrder, type Extras, abandonOrderId } from "./createOrder.ts";
import { assertInStock, createdMeanwhile } from "./in-stock.ts";

type Placing = Ctx<typeof PlaceOrder>;

/** A cart that a failed order still freezes is awaited this long. */
const THAW_MS = 2_000;
const LOOK_EVERY_MS = 50;

/**
 * The id of the order that this request makes, or that its cart or key has made before.
 * @throws what carts, catalog and pricing refuse, and how orders refuse (contract/failures.ts)
 */
export async function placeOrder(ctx: Placing, service: OrdersService): Promise<string> {
  const { caller, claim } = ctx.locals;
  const { params } = ctx;
  const wanted = wantedOf(params);
  const customerId = params.userId ?? caller.id;
  const provider = params.payment?.provider;
  // Cash is taken by staff.
  if (provider === "cash" && caller.scope === "own") throw NotAllowed({ needs: "payments.pay" });
  const extras = { actor: caller.id, claim, note: params.note, provider };

  const until = Date.now() + THAW_MS;
  for (;;) {
    const basket = await basketOf(ctx, wanted, { ...params, customerId });
    const { orderId } = basket;
    const outcome = basket.cartId && (await findOutcome(service.db.sql, orderId));
    if (!outcome) {
      const made = await tryToOrder(ctx, service, basket, extras);
      if (made !== undefined) return made;
    } else if (outcome.status !== "rejected" && outcome.status !== "cancelled") return orderId;
    else if (Date.now() > until) throw OrderNotOpen({ orderId, status: outcome.status });
    await sleep(LOOK_EVERY_MS);
  }
}

/** Returns undefined when the order's id was taken, or abandoned, at the same moment. */
async function tryToOrder(
  ctx: Placing,
  service: OrdersService,
  basket: Basket,
  extras: Extras,
): Promise<string | undefined> {
  const { orderId, cartId, agreedMinor, ...whose } = basket;
  try {
    await assertInStock(service, basket);
    const { quote, variants } = await offerOf(ctx, basket);
    assertAgreed(agreedMinor, quote);
    const lines = linesOf(quote, variants);
    const payDeadline = new Date(Date.now() + config.payDeadlineMs).toISOString();
    const { shippingAddress } = ctx.params;
    const draft = { ...whose, id: orderId, cartId, quote, lines, shippingAddress, payDeadline };
    return await createOrder(service, draft, extras);
  } catch (error) {
    const meanwhile =
      OutOfStock.is(error) && (await createdMeanwhile(service, basket, extras.claim));
    if (meanwhile) return meanwhile;
    const { code = 500, type = "" } = error as { code?: unknown; type?: string };
    const refused = typeof code === "number" && code < 500 && !isPassing(error);
    if (refused && cartId !== undefined)
      await abandonOrderId(service.db, { orderId, cartId, customerId: basket.customerId }, type);
    throw error;
  }
}
