/** Rows as the contract shows them. */
import type { Language } from "../../../lib/failure.ts";
import { toDecimal } from "../../../lib/money.ts";
import type { Order, OrderSummary } from "../contract/order.ts";
import type { LineRow, OrderRow } from "./tables.ts";

export function toSummary(row: OrderRow): OrderSummary {
  const { id, number, status, currency } = row;
  return {
    id,
    orderId: id,
    number,
    status,
    customerId: row.customer_id,
    ...(row.store_id !== null && { storeId: row.store_id }),
    ...(row.cart_id !== null && { cartId: row.cart_id }),
    currency,
    subtotalMinor: row.subtotal,
    discountMinor: row.discount,
    taxMinor: row.tax,
    totalMinor: row.total,
    total: toDecimal(row.total, currency),
    createdAt: row.created_at.toISOString(),
    payDeadline: row.pay_deadline.toISOString(),
    ...(row.paid_at && { paidAt: row.paid_at.toISOString() }),
    ...(row.cancelled_at && { cancelledAt: row.cancelled_at.toISOString() }),
    ...(row.refunded_at && { refundedAt: row.refunded_at.toISOString() }),
    ...(row.refund_due && { refundDue: true }),
    ...(row.reason !== null && { reason: row.reason }),
  };
}

export function toOrder(row: OrderRow, lines: readonly LineRow[], language: Language): Order {
  return {
    ...toSummary(row),
    coupons: row.coupons,
    taxes: row.taxes,
    ...(row.shipping_address && {
      shippingAddress: row.shipping_address as NonNullable<Order["shippingAddress"]>,
    }),
    lines: lines.map((line) => ({
      line: line.line,
      variantId: line.variant_id,
      productId: line.product_id,
      sku: line.sku,
      title: language === "fr" ? line.title_fr : line.title_en,
      quantity: line.quantity,
      unitMinor: line.unit,
      unitPrice: toDecimal(line.unit, row.currency),
      discountMinor: line.discount,
      totalMinor: line.total,
      taxClass: line.tax_class,
      taxBasisPoints: line.tax_basis_points,
      taxMinor: line.tax,
    })),
  };
}
