/** The roles and their permissions as a table. */
import type { Scope } from "../../../lib/contract.ts";
import { inAll } from "../../manifests.ts";

/** `user` is every registered person; `coach` gives appointments; the others are staff. */
export const ROLES = [
  "user",
  "coach",
  "cashier",
  "store_manager",
  "stock_clerk",
  "accountant",
  "editor",
  "moderator",
  "admin",
] as const;
export type Role = (typeof ROLES)[number];

/** The permissions that the services' manifests declare. */
const ASKED = inAll("permissions");
export const PERMISSIONS: readonly string[] = Object.keys(ASKED);

/**
 * Scopes include one another: `store` is one's own and what belongs to the stores that one is bound
 * to, `any` is everything. What is not in the table is refused. Staff buy here too, so every role has what
 * `user` has; an admin has everything, and nobody else makes roles.
 */
export const GRANTS = Object.fromEntries(ROLES.map((role) => [role, grantsOf(role)])) as Readonly<
  Record<Role, Readonly<Record<string, Scope>>>
>;

function grantsOf(role: Role): Record<string, Scope> {
  const grants = Object.entries(ASKED).flatMap(([permission, { user, ...roles }]) => {
    const scope = role === "admin" ? "any" : (roles[role] ?? user);
    return scope ? [[permission, scope] as const] : [];
  });
  return Object.fromEntries(grants);
}

const NARROW_TO_WIDE: readonly Scope[] = ["own", "store", "any"];

/**
 * Returns the widest scope of `permission` that any of these roles grants, or undefined if none
 * does. Unknown names (from tokens and contracts, perhaps of a newer node) grant nothing.
 */
export function scopeOf(roles: readonly string[], permission: string): Scope | undefined {
  const granted = roles.flatMap((role) => grantOf(role, permission) ?? []);
  return NARROW_TO_WIDE.findLast((scope) => granted.includes(scope));
}

const isRole = (name: string): name is Role => Object.hasOwn(GRANTS, name);

export const isPermission = (name: string): boolean => Object.hasOwn(ASKED, name);

function grantOf(role: string, permission: string): Scope | undefined {
  return isRole(role) && isPermission(permission) ? GRANTS[role][permission] : undefined;
}
