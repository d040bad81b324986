import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { OrderCancelled } from "../../orders/orders.contract.ts";
import { reopen } from "../workflows/endCheckout.ts";
import type { CartsService } from "../carts.types.ts";

export const onOrderCancelled: Reacts<typeof OrderCancelled, CartsService> = (
  { data },
  tx,
  service,
) => reopen(service, tx, data.orderId);
