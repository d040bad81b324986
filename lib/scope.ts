/**
 * Decides whether a permission includes a thing: the caller's own, those of the stores that they
 * work in, or any. This file alone has the rule; contracts declare the owner (`access`), and the
 * platform checks it here before an action runs (lib/access.ts).
 */
import type { Caller } from "./bus.ts";

/** The owner of a thing. A thing with neither an owner nor a store needs the scope `any`. */
export interface Ownership {
  readonly ownerId?: string | null | undefined;
  /** All stores that it belongs to: a transfer belongs to two. */
  readonly storeIds?: readonly (string | null | undefined)[];
}
type Scoped = Pick<Caller, "id" | "scope" | "stores">;

/** Returns true if the caller's scope includes a thing; their own is always included. */
export const canAccess = (caller: Scoped, ownership: Ownership): boolean =>
  ownership.ownerId === caller.id || canAccessAsStaff(caller, ownership);

/**
 * Does the same as `canAccess`, but owning a thing is not enough: staff cannot refund themselves.
 */
export const canAccessAsStaff = ({ scope, stores }: Scoped, { storeIds = [] }: Ownership) =>
  scope === "any" ||
  (scope === "store" && storeIds.some((id) => typeof id === "string" && stores.includes(id)));

/**
 * The stores that a list or a sum is limited to; undefined for all of them. A caller with the scope
 * `own` sees no store's.
 */
export const visibleStores = ({
  scope,
  stores,
}: Omit<Scoped, "id">): readonly string[] | undefined =>
  scope === "any" ? undefined : scope === "store" ? stores : [];

/**
 * Returns the owner and stores to which a list is limited; undefined for all. The caller's own rows
 * are always included.
 */
export const visibleTo = ({ id, ...reach }: Scoped) => {
  const storeIds = visibleStores(reach);
  return storeIds && { ownerId: id, storeIds };
};
