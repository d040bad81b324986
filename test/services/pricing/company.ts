/** What the tests of pricing have in common: its neighbours, coupons, and what must always be so. */
import { v7 } from "uuid";
import type { Params, Payload } from "../../../lib/contract.ts";
import { VariantCreated } from "../../../services/catalog/catalog.contract.ts";
import { OrderProcessed } from "../../../services/orders/orders.contract.ts";
import {
  HoldCoupons,
  PutCoupon,
  ReleaseCoupons,
} from "../../../services/pricing/pricing.contract.ts";
import PricingService from "../../../services/pricing/pricing.service.ts";
import { aFeed } from "../../support/a-feed.ts";
import { eventually, stage, type Stage, publishEvent } from "../../support/stage.ts";

export const pricingOnStage = () => stage([aFeed("catalog"), aFeed("orders"), PricingService]);

type Terms = Partial<Params<typeof PutCoupon>>;
let codes = 0;
/** A coupon of 10 % with a code of its own. */
export async function aCoupon(harness: Stage, terms: Terms = {}): Promise<string> {
  codes += 1;
  const code = `TEST${codes}`;
  const worth = terms.kind === "amount" ? {} : { percentBasisPoints: 1_000 };
  await harness.call(PutCoupon, { code, kind: "percent", ...worth, ...terms });
  return code;
}

export const hold = (
  harness: Stage,
  codesToHold: string[],
  { commandId = v7(), orderId = v7(), customerId = v7() } = {},
) => harness.call(HoldCoupons, { commandId, orderId, customerId, codes: codesToHold });
export const release = (harness: Stage, orderId: string, commandId = v7()) =>
  harness.call(ReleaseCoupons, { commandId, orderId });

export async function paid(harness: Stage, orderId: string): Promise<void> {
  const order = { orderId, number: 1, customerId: v7(), currency: "EUR", totalMinor: 100 };
  await publishEvent(harness, "orders", OrderProcessed, order);
}

/** Waits until pricing has heard all that a producer has told. */
export const received = (harness: Stage, producer: string) =>
  eventually(async () => {
    const head = await harness
      .db(producer)
      .sql.row<{ n: number }>("select count(*) as n from event");
    const cursor = await harness
      .db("pricing")
      .sql.row<{ position: number }>("select position from feed_cursor where producer = $1", [
        producer,
      ]);
    expect(cursor?.position).toBe(head?.n);
  });

type Variant = Payload<typeof VariantCreated>;
/** Lets the catalogue tell of a new variant, and pricing hear it. */
export async function aVariant(harness: Stage, output: Partial<Variant> = {}): Promise<string> {
  const variantId = output.variantId ?? v7();
  await publishEvent(harness, "catalog", VariantCreated, { ...aVariantSaid, ...output, variantId });
  await received(harness, "catalog");
  return variantId;
}
export const aVariantSaid = {
  productId: v7(),
  sku: "TEA-100",
  taxClass: "standard",
  stocked: true,
  currency: "EUR",
  priceMinor: 1_200,
  stock: [],
} satisfies Partial<Variant>;

export const usedOf = async (harness: Stage, code: string) =>
  (
    await harness
      .db("pricing")
      .sql.row<{ used: number }>("select used from coupon where code = $1", [code])
  )?.used;

/** An order's coupons: "CODE held". */
export async function useStates(harness: Stage, orderId: string): Promise<string[]> {
  const uses = "select code, state from coupon_use where order_id = $1 order by code";
  const { sql } = harness.db("pricing");
  const rows = await sql.rows<{ code: string; state: string }>(uses, [orderId]);
  return rows.map(({ code, state }) => `${code} ${state}`);
}

/** I23 of the reliability specification: a coupon's count is that of its rows. */
export const miscounted = (harness: Stage) =>
  harness.db("pricing").sql.rows(
    `select c.code, c.used, u.n from coupon c
     left join (select code, count(*) n from coupon_use where state <> 'released' group by 1) u
       using (code)
     where c.used <> coalesce(u.n, 0)`,
  );
