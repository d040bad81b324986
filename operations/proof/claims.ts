/** The claims, each with its counted result. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "../client/api-client.ts";
import { good, type SignedIn } from "../client/shop.ts";
import { concurrently, times } from "./concurrently.ts";
import type { ProofSystem } from "./system.ts";

export interface Claim {
  readonly says: string;
  readonly holds: boolean;
}
export interface Proving {
  readonly system: ProofSystem;
  readonly buyers: readonly SignedIn[];
  /** So much more of the work is done. */
  readonly done: (steps?: number) => void;
}
interface PlacedOrder {
  orderId: string;
  order: { id: string; total: number; totalMinor: number };
  code?: string;
}

const UNITS = 100;
const PRICE_MINOR = 2_500;
const COUPON_USERS = 200;
const SAME_KEY = 50;
export const COPIES = 5;
export const REFRESHES = 50;
export const STEPS = COUPON_USERS + SAME_KEY + REFRESHES + COPIES;
const WITHIN_MS = 30_000;

const codeOf = ({ body }: Answer<{ code?: string }>) => body.code ?? "";
export const count = <T>(all: readonly T[], isSo: (one: T) => boolean) => all.filter(isSo).length;

/** Asks again with the same key while the answer is 202: the order's stock is still being held. */
export const place = async ({ system }: Proving, buyer: SignedIn, what: object, key: string) => {
  const body = { userId: buyer.id, quantity: 1, ...what };
  const asked = { body, token: buyer.token, key };
  for (const until = Date.now() + WITHIN_MS; ; await sleep(50)) {
    const placed = await system.client.ask<PlacedOrder>("POST", "/orders", asked);
    if (placed.status !== 202 || Date.now() > until) return placed;
  }
};
export const pay = (
  { system }: Proving,
  buyer: SignedIn,
  order: PlacedOrder["order"],
  more: object = {},
) =>
  system.client.ask<{ status: string; code?: string }>("POST", "/payments", {
    body: { orderId: order.id, amount: order.total, ...more },
    token: buyer.token,
    key: `pay:${order.id}`,
  });
export const paidInTime = async ({ system }: Proving, buyer: SignedIn, orderId: string) => {
  for (const until = Date.now() + WITHIN_MS; Date.now() < until; await sleep(50)) {
    const { body } = await system.client.get<{ status: string }>(`/orders/${orderId}`, buyer.token);
    if (body.status === "paid") return true;
  }
  return false;
};

/** All buyers want one unit at the same moment, and who gets one pays for it. */
export async function lastUnits(proving: Proving): Promise<Claim[]> {
  const { system, buyers, done } = proving;
  const article = await system.merchant.sell("LAST-UNITS", {
    priceMinor: PRICE_MINOR,
    units: UNITS,
  });
  const ends = await Promise.all(
    buyers.map(async (buyer) => {
      const placed = await place(proving, buyer, { variantId: article.variantId }, "last-unit");
      done();
      if (placed.status >= 300) return codeOf(placed);
      const paying = await pay(proving, buyer, placed.body.order);
      if (paying.status >= 300) return codeOf(paying);
      return (await paidInTime(proving, buyer, placed.body.orderId)) ? "paid" : "not paid in time";
    }),
  );
  const paid = count(ends, (end) => end === "paid");
  const refused = count(ends, (end) => end === "OUT_OF_STOCK");
  return [
    {
      says: `${buyers.length} buyers for ${UNITS} units: ${paid} paid, ${refused} refused`,
      holds: paid === UNITS && refused === buyers.length - UNITS,
    },
    await ledgerOfUnits(system, article.variantId),
    await ledgerOfMoney(system, paid),
  ];
}

async function ledgerOfUnits(system: ProofSystem, variantId: string): Promise<Claim> {
  const [sold] = await system.rows<{ moves: number; units: number }>(
    "inventory",
    `select count(*)::int as moves, coalesce(sum(quantity), 0)::int as units from movement
     where variant_id = $1 and reason = 'sale'`,
    [variantId],
  );
  const { onHand, reserved } = await system.merchant.stockOf(variantId);
  const { body } = good(
    await system.client.get<{ holds: boolean }>("/inventory/proof", system.admin.token),
  );
  const units = sold?.units ?? 0;
  const oversold = Math.max(0, units - UNITS);
  return {
    says: `stock ledger: ${units} units in ${sold?.moves} sales, ${onHand} left, ${reserved} held, ${oversold} oversold`,
    holds: body.holds && units === UNITS && onHand === 0 && reserved === 0,
  };
}

async function ledgerOfMoney(system: ProofSystem, paid: number): Promise<Claim> {
  const path = "/payments/ledger/trial-balance";
  const { body } = good(
    await system.client.get<{ balanced: boolean; accounts: { balanceMinor: number }[] }>(
      path,
      system.admin.token,
    ),
  );
  const [captured] = await system.rows<{ times: number; sum: number }>(
    "payments",
    `select count(*)::int as times, coalesce(sum(amount), 0)::int as sum
     from payment where state = 'captured'`,
  );
  const off = body.accounts.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0);
  const { times: captures = 0, sum = 0 } = captured ?? {};
  return {
    says: `money ledger: ${captures} captures, ${sum / 100} EUR; debits and credits differ by ${off}`,
    holds: body.balanced && off === 0 && captures === paid && sum === paid * PRICE_MINOR,
  };
}

/** A coupon for one order, wanted by many at once. */
export async function singleUseCoupon(proving: Proving): Promise<Claim> {
  const { system, buyers, done } = proving;
  const code = "ONLY-ONE";
  await system.merchant.offer(code, { kind: "percent", percentBasisPoints: 5_000, maxUses: 1 });
  const units = 2 * COUPON_USERS;
  const { variantId } = await system.merchant.sell("COUPONED", { priceMinor: PRICE_MINOR, units });
  const users = buyers.slice(-COUPON_USERS);
  const answers = await Promise.all(
    users.map((buyer) =>
      place(proving, buyer, { variantId, coupons: [code] }, "coupon").finally(done),
    ),
  );
  const accepted = count(answers, ({ status }) => status < 300);
  const refused = count(answers, (answer) => codeOf(answer).startsWith("COUPON"));
  const [saved] = await system.rows<{ used: number; uses: number }>(
    "pricing",
    `select used, (select count(*)::int from coupon_use u where u.code = c.code
       and u.state <> 'released') as uses from coupon c where code = $1`,
    [code],
  );
  return {
    says: `${users.length} at once use a coupon for one: ${accepted} accepted, ${refused} refused, ${saved?.uses} booked`,
    holds: accepted === 1 && refused === users.length - 1 && saved?.used === 1 && saved.uses === 1,
  };
}

/** One key, many times at the same moment. */
export async function oneKey(proving: Proving): Promise<Claim> {
  const { system, buyers, done } = proving;
  const [buyer] = buyers as [SignedIn];
  const { variantId } = await system.merchant.sell("ONE-KEY", { priceMinor: 990, units: SAME_KEY });
  const before = await ordersOf(system, buyer);
  const answers = await concurrently(times(SAME_KEY), SAME_KEY, () =>
    place(proving, buyer, { variantId }, "the-same-key").finally(done),
  );
  const ids = new Set(answers.map(({ body }) => body.orderId)).size;
  const created = count(answers, ({ status }) => status < 300);
  const orders = (await ordersOf(system, buyer)) - before;
  return {
    says: `one Idempotency-Key ${SAME_KEY} times at once: ${created} answers, ${ids} order id, ${orders} order in the database`,
    holds: created === SAME_KEY && ids === 1 && orders === 1,
  };
}

async function ordersOf(system: ProofSystem, { id }: SignedIn): Promise<number> {
  const query = `select count(*)::int as n from "order" where customer_id = $1`;
  return (await system.rows<{ n: number }>("orders", query, [id]))[0]?.n ?? 0;
}
