/** How far somebody's permission reaches: their own orders, their stores', any. */
import type { Caller } from "../../../lib/bus.ts";

interface Whose {
  readonly customerId: string;
  readonly storeId?: string | undefined;
}

export function reaches(
  { id, scope, stores }: Pick<Caller, "id" | "scope" | "stores">,
  { customerId, storeId }: Whose,
): boolean {
  if (scope === "any" || customerId === id) return true;
  return scope === "store" && storeId !== undefined && stores.includes(storeId);
}

/** Money is given back by staff only, so that one's own order is no reason. */
export function refunds(
  scope: Caller["scope"] | undefined,
  stores: readonly string[],
  { storeId }: Whose,
): boolean {
  if (scope === "any") return true;
  return scope === "store" && storeId !== undefined && stores.includes(storeId);
}
