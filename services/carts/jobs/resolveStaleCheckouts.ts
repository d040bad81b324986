import { call } from "../../../lib/bus.ts";
import { ResolveOrder, type OrderStatus } from "../../orders/orders.contract.ts";
import { convert, reopen } from "../workflows/endCheckout.ts";
import { claimStaleCheckouts } from "../store/checkout.store.ts";
import type { CartsService } from "../carts.types.ts";

const DOUBTFUL_AFTER_SECONDS = 60;
const AT_ONCE = 50;

const DEAD: readonly OrderStatus[] = ["rejected", "cancelled"];

/**
 * A checkout that died between freezing and placing leaves a frozen cart and no order. Only orders
 * may say that an order is dead, so it is asked; what it does not answer is asked a minute later.
 */
export async function resolveStaleCheckouts(service: CartsService): Promise<void> {
  const { db, broker, logger } = service;
  for (const orderId of await claimStaleCheckouts(db.sql, DOUBTFUL_AFTER_SECONDS, AT_ONCE)) {
    try {
      const { status } = await call(broker, ResolveOrder, { orderId });
      if (DEAD.includes(status)) await db.transaction((tx) => reopen(service, tx, orderId));
      if (status === "paid") await db.transaction((tx) => convert(service, tx, orderId));
    } catch (error) {
      logger.warn(`What became of order ${orderId} could not be told; asked again soon.`, error);
    }
  }
}
