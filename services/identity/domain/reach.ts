/** Whose account a permission reaches. */
import type { Scope } from "../../../lib/contract.ts";

/** Accounts belong to no store: with any scope but the widest, one reaches one's own. */
export const reaches = (
  caller: { readonly id: string; readonly scope: Scope },
  userId: string,
): boolean => caller.scope === "any" || caller.id === userId;
