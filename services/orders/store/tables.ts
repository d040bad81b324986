import {
  boolean,
  dateTime,
  type Infer,
  integer,
  object,
  optional,
  text,
} from "../../../lib/shape.ts";
import { type RowOf, table } from "../../../lib/table.ts";
import { Order, OrderLine, OrderSummary } from "../contract/order.ts";

/** The reason and the line that a rejection names. */
const Refusal = object({
  variantId: optional(text()),
  available: optional(integer()),
  code: optional(text()),
});
export type Refusal = Infer<typeof Refusal>;

/** Columns of amounts are called by the amount alone. */
const AMOUNTS = { discountMinor: "discount", taxMinor: "tax", totalMinor: "total" };
const { orderId: _, total: __, customerId, ...head } = OrderSummary.properties;
const { coupons, taxes, shippingAddress } = Order.properties;
/** Their statements are SQL: the database decides most of what happens to an order. */
export const Orders = table("order", {
  // A tombstone alone has no customer.
  shape: object({ ...head, customerId: optional(customerId) }),
  columns: {
    coupons,
    taxes,
    shippingAddress,
    tombstone: boolean(),
    refundAskedAt: optional(dateTime()),
    refusal: optional(Refusal),
  },
  names: { subtotalMinor: "subtotal", ...AMOUNTS },
  sorts: {},
});
/** An order that is none of the tombstones. */
export type OrderRow = RowOf<typeof Orders> & { customerId: string };

const { title: ___, unitPrice: ____, ...columns } = OrderLine.properties;
/** `orderId` and `line` are its key. */
export const Lines = table("order_line", {
  shape: object({ ...columns, titleFr: text(), titleEn: text() }),
  columns: { orderId: Order.properties.id },
  names: { unitMinor: "unit", ...AMOUNTS },
  key: "line",
  sorts: {},
});
export type LineRow = RowOf<typeof Lines>;
