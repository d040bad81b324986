import type { OrderStatus } from "../contract/order.ts";

export interface OrderRow {
  id: string;
  number: number;
  status: OrderStatus;
  customer_id: string;
  store_id: string | null;
  cart_id: string | null;
  currency: string;
  subtotal: number;
  discount: number;
  tax: number;
  total: number;
  taxes: Tax[];
  coupons: string[];
  shipping_address: Record<string, string> | null;
  pay_deadline: Date;
  created_at: Date;
  paid_at: Date | null;
  cancelled_at: Date | null;
  refund_asked_at: Date | null;
  refunded_at: Date | null;
  refund_due: boolean;
  reason: string | null;
  refusal: Refusal | null;
}
export interface LineRow {
  line: number;
  variant_id: string;
  product_id: string;
  sku: string;
  title_fr: string;
  title_en: string;
  quantity: number;
  unit: number;
  discount: number;
  total: number;
  tax_class: string;
  tax_basis_points: number;
  tax: number;
}
interface Tax {
  taxClass: string;
  basisPoints: number;
  netMinor: number;
  taxMinor: number;
  grossMinor: number;
}
/** What a rejection names. */
export interface Refusal {
  readonly variantId?: string;
  readonly available?: number;
  readonly code?: string;
}
