import { call } from "../../../lib/bus.ts";
import type { RowJob } from "../../../mixins/jobs.mixin.ts";
import { type OrderStatus, ResolveOrder } from "../../orders/orders.contract.ts";
import type { CartsService } from "../carts.types.ts";
import { STALE_CHECKOUTS } from "../store/checkout.store.ts";
import { convert, reopen } from "../workflows/endCheckout.ts";

const DEAD: readonly OrderStatus[] = ["rejected", "cancelled"];

/**
 * A checkout that died between freezing and placing leaves a frozen cart and no order. Only orders
 * decides that an order is dead, so it is called; without an answer it is called again a minute
 * later.
 */
export const resolveStaleCheckouts: RowJob<CartsService, { readonly orderId: string }> = {
  due: STALE_CHECKOUTS,
  everyMs: 15_000,
  async run(service, { orderId }) {
    const { db, broker } = service;
    const { status } = await call(broker, ResolveOrder, { orderId });
    if (DEAD.includes(status)) await db.transaction((tx) => reopen(service, tx, orderId));
    if (status === "paid") await db.transaction((tx) => convert(service, tx, orderId));
  },
};
