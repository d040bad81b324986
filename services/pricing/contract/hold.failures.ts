/** Why an order can hold no coupons any more. The contract re-exports this. */
import { failure } from "../../../lib/contract.ts";

export const OrderReleased = failure("ORDER_RELEASED", 409, {
  en: "The coupons of this order were given back. Place a new order.",
  fr: "Les codes de cette commande ont été rendus. Passez une nouvelle commande.",
});
