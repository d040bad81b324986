/**
 * How far a permission reaches: the caller's own things, those of the stores that they work in, or
 * any. This is the only place where the rule stands; contracts say whose a thing is (`access`), and
 * the platform asks here before an action runs (lib/access.ts).
 */
import type { Caller } from "./bus.ts";

/** Whose a thing is. What has neither an owner nor a store is only for the scope `any`. */
export interface Ownership {
  readonly ownerId?: string | null | undefined;
  /** All stores that it belongs to: a transfer belongs to two. */
  readonly storeIds?: readonly (string | null | undefined)[];
}
type Scoped = Pick<Caller, "id" | "scope" | "stores">;

/** Whether the caller's scope includes a thing; one's own is always included. */
export const canAccess = (caller: Scoped, ownership: Ownership): boolean =>
  ownership.ownerId === caller.id || canAccessAsStaff(caller, ownership);

/**
 * As `canAccess`, but one's own is no reason: for what only staff do, such as giving money back, so
 * that nobody does it for themselves.
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

/** Whose and which stores' rows a list is limited to; undefined for all. One's own are always among them. */
export const visibleTo = ({ id, ...reach }: Scoped) => {
  const storeIds = visibleStores(reach);
  return storeIds && { ownerId: id, storeIds };
};
