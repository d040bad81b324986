/** Refuses what is sold out before anything is written for it: cheap, when many want the last ones. */
import { call } from "../../../lib/bus.ts";
import { groupCommit } from "../../../lib/group-commit.ts";
import type { KeyClaim } from "../../../lib/idempotent-call.ts";
import { DatabaseBusy } from "../../../lib/sql.ts";
import { GetAvailability, OutOfStock } from "../../inventory/inventory.contract.ts";
import { findOutcome } from "../store/orders.store.ts";
import type { LeftOf, OrdersService } from "../orders.types.ts";
import type { Basket } from "./basket.ts";

/** Inventory reports no quantity above this. */
const MAX_REPORTED = 10;
const MAX_VARIANTS = 50;
const WITHIN_MS = 1_000;

/** Lookups at the same moment share one call. */
export function groupedStockLookup(service: OrdersService): LeftOf {
  const ask = groupCommit<{ variantId: string }, { left: number | undefined }>({
    name: "orders.left",
    run: async (asked) => {
      const left = await knownLeft(service, new Set(asked.map(({ variantId }) => variantId)));
      return asked.map(({ variantId }) => ({ left: left.get(variantId) }));
    },
    full: () => Object.assign(DatabaseBusy({ reason: "queue full" }), { retryable: true }),
    maxGroup: MAX_VARIANTS,
  });
  return async (variantId) => (await ask({ variantId })).left;
}

/** Returns no quantities when inventory does not answer: then the order's saga finds out. */
async function knownLeft({ broker }: OrdersService, variantIds: ReadonlySet<string>) {
  const options = { timeout: WITHIN_MS, meta: { $cache: false } };
  const asked = { variantIds: [...variantIds].join(",") };
  const { variants } = await call(broker, GetAvailability, asked, options).catch(() => ({
    variants: [],
  }));
  // Variants that no store ever had, or that need no stock, are absent.
  const known = variants.filter(
    ({ stores, available }) => stores.length > 0 && available < MAX_REPORTED,
  );
  return new Map(known.map(({ variantId, available }) => [variantId, available]));
}

/**
 * Rejects early what cannot be reserved; only the reservation itself is a promise, since stock may
 * be taken a moment later.
 * @throws OutOfStock (409) naming the first variant of which all stores together have too few
 */
export async function assertInStock(
  { leftOf }: Pick<OrdersService, "leftOf">,
  { lines }: Pick<Basket, "lines">,
): Promise<void> {
  const left = await Promise.all(lines.map(({ variantId }) => leftOf(variantId)));
  for (const [i, { variantId, quantity }] of lines.entries()) {
    const available = left[i];
    if (available !== undefined && available < quantity) throw OutOfStock({ variantId, available });
  }
}

/** The order that the same cart or key has made while this one found nothing left, if there is one. */
export async function createdMeanwhile(
  { db: { sql } }: OrdersService,
  { orderId, cartId }: Pick<Basket, "orderId" | "cartId">,
  claim: KeyClaim | undefined,
): Promise<string | undefined> {
  const outcome = cartId === undefined ? undefined : await findOutcome(sql, orderId);
  if (outcome && !outcome.tombstone) return orderId;
  return claim?.made();
}
