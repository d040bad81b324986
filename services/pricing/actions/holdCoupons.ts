import type { ActionHandler } from "../../../lib/bus.ts";
import type { Result } from "../../../lib/contract.ts";
import { executeOnce } from "../../../lib/idempotency.ts";
import type { Sql } from "../../../lib/sql.ts";
import { normalCode } from "../domain/coupon.ts";
import { LONGEST_CODE } from "../contract/coupon.shape.ts";
import { firstFree, refusalOf } from "../domain/uses.ts";
import { HoldCoupons, OrderReleased } from "../pricing.contract.ts";
import {
  codesOf,
  countUses,
  insertUses,
  type Locked,
  lockCoupons,
  openOrder,
} from "../store/coupon-uses.store.ts";
import type { PricingService } from "../pricing.types.ts";

type Answer = Result<typeof HoldCoupons>;
interface Order {
  readonly orderId: string;
  readonly customerId: string;
}

/** Holds the coupons that the order does not hold yet. A refusal is saved like any answer. */
export const holdCoupons: ActionHandler<typeof HoldCoupons, PricingService> = async (
  ctx,
  { db },
) => {
  const { commandId, codes, ...order } = ctx.params;
  const normal = [...new Set(codes.map(normalCode))].toSorted();
  return executeOnce<Answer>(db, { id: commandId, action: HoldCoupons.name }, async (tx) => {
    const sql = db.in(tx);
    const { released } = await openOrder(sql, order.orderId);
    if (released) return { outcome: "refused", reason: OrderReleased.type };
    const held = await codesOf(sql, order.orderId);
    return holdAll(
      sql,
      order,
      normal.filter((code) => !held.includes(code)),
    );
  });
};

async function holdAll(sql: Sql, order: Order, codes: readonly string[]): Promise<Answer> {
  if (codes.length === 0) return { outcome: "held" };
  const found = await lockCoupons(sql, codes, order.customerId);
  const at = new Date().toISOString();
  for (const code of codes) {
    const reason = refusalOf(found.get(code), at);
    if (reason !== undefined) return { outcome: "refused", reason, code: shortened(code) };
  }
  const counted = await countUses(sql, codes);
  const uses = [...found.values()].map(numbered);
  const inserted = await insertUses(sql, order, uses);
  if (counted !== codes.length || inserted !== codes.length)
    throw new Error(`Coupons of order ${order.orderId} changed under their lock.`);
  return { outcome: "held" };
}

/** A code too long to exist is shortened to what the answer may contain. */
const shortened = (code: string) => Array.from(code).slice(0, LONGEST_CODE).join("");

const numbered = ({ coupon, taken }: Locked) => ({ code: coupon.code, n: firstFree(taken) });
