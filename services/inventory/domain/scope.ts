import type { Caller } from "../../../lib/bus.ts";

type Reach = Pick<Caller, "scope" | "stores">;

/** Whether the caller's permission reaches this store. */
export const reaches = ({ scope, stores }: Reach, storeId: string): boolean =>
  scope === "any" || (scope === "store" && stores.includes(storeId));

/** The stores that the caller's permission reaches, or null for all of them. */
export const reachOf = ({ scope, stores }: Reach): readonly string[] | null =>
  scope === "any" ? null : scope === "store" ? stores : [];

/** A transfer is seen at both of its ends. */
export const seesTransfer = (
  caller: Reach,
  { fromStoreId, toStoreId }: { fromStoreId: string; toStoreId: string },
): boolean => reaches(caller, fromStoreId) || reaches(caller, toStoreId);
