import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { OrderRejected } from "../../orders/orders.contract.ts";
import { reopen } from "../workflows/endCheckout.ts";
import type { CartsService } from "../carts.types.ts";

export const onOrderRejected: Reacts<typeof OrderRejected, CartsService> = (
  { data },
  tx,
  service,
) => reopen(service, tx, data.orderId);
