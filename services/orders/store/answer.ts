/** Rows as the contract shows them. */
import type { Language } from "../../../lib/failure.ts";
import { toDecimal } from "../../../lib/money.ts";
import type { Order, OrderSummary } from "../contract/order.ts";
import { type LineRow, Lines, type OrderRow, Orders } from "./tables.ts";

export function toSummary(row: OrderRow): OrderSummary {
  const { id, customerId, totalMinor, currency } = row;
  const { refundDue, ...shown } = Orders.shown(row);
  const total = toDecimal(totalMinor, currency);
  return { ...shown, orderId: id, customerId, total, ...(refundDue === true && { refundDue }) };
}

export function toOrder(row: OrderRow, lines: readonly LineRow[], language: Language): Order {
  const { coupons, taxes, shippingAddress, currency } = row;
  return {
    ...toSummary(row),
    coupons,
    taxes,
    ...(shippingAddress && { shippingAddress }),
    lines: lines.map((line) => {
      const { titleFr, titleEn, ...shown } = Lines.shown(line);
      const title = language === "fr" ? titleFr : titleEn;
      return { ...shown, title, unitPrice: toDecimal(line.unitMinor, currency) };
    }),
  };
}
