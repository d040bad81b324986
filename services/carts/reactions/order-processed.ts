import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { OrderProcessed } from "../../orders/orders.contract.ts";
import { convert } from "../workflows/endCheckout.ts";
import type { CartsService } from "../carts.types.ts";

export const onOrderProcessed: Reacts<typeof OrderProcessed, CartsService> = (
  { data },
  tx,
  service,
) => convert(service, tx, data.orderId);
