/**
 * Who may do what, and on whose things: a table, so that it can be read, shown and tested whole.
 */
import type { Scope } from "../../../lib/contract.ts";

/**
 * `user` is whoever has registered; `coach` gives appointments; the others work for the company.
 */
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

export const PERMISSIONS = [
  "orders.read",
  "orders.cancel",
  "orders.place",
  "orders.note",
  "payments.pay",
  "payments.read",
  "payments.refund",
  "payments.reports",
  "stores.edit",
  "stock.read",
  "stock.adjust",
  "stock.transfer",
  "stock.count",
  "catalog.edit",
  "catalog.import",
  "prices.edit",
  "coupons.edit",
  "users.read",
  "users.edit",
  "roles.assign",
  "sagas.read",
  "sagas.retry",
  "audit.read",
  "system.read",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

type Grants = Readonly<Partial<Record<Permission, Scope>>>;

/** What everybody may do with what is theirs; staff buy here too, so every role has it. */
const MEMBER = {
  "orders.read": "own",
  "orders.cancel": "own",
  "orders.place": "own",
  "orders.note": "own",
  "payments.pay": "own",
  "payments.read": "own",
  "users.read": "own",
  "users.edit": "own",
} as const satisfies Grants;

/**
 * Scopes include one another: `store` is one's own and what belongs to the stores that one is bound
 * to, `any` is everything. What is not in the table is refused. Refunds are the manager's and the
 * accountant's, never the cashier's who took the money; nobody but an admin makes roles.
 */
export const GRANTS: Readonly<Record<Role, Grants>> = {
  user: MEMBER,
  coach: MEMBER,
  cashier: {
    ...MEMBER,
    "orders.read": "store",
    "orders.place": "store",
    "orders.note": "store",
    "payments.pay": "store",
    "payments.read": "store",
    "stock.read": "store",
  },
  store_manager: {
    ...MEMBER,
    "orders.read": "store",
    "orders.cancel": "store",
    "orders.place": "store",
    "orders.note": "store",
    "payments.pay": "store",
    "payments.read": "store",
    "payments.refund": "store",
    "payments.reports": "store",
    "stores.edit": "store",
    "stock.read": "store",
    "stock.adjust": "store",
    "stock.transfer": "store",
    "stock.count": "store",
  },
  stock_clerk: {
    ...MEMBER,
    "orders.read": "store",
    "orders.note": "store",
    "stock.read": "store",
    "stock.adjust": "store",
    "stock.transfer": "store",
    "stock.count": "store",
  },
  accountant: {
    ...MEMBER,
    "orders.read": "any",
    "orders.note": "any",
    "payments.read": "any",
    "payments.refund": "any",
    "payments.reports": "any",
    "stock.read": "any",
    "audit.read": "any",
  },
  editor: {
    ...MEMBER,
    "stock.read": "any",
    "catalog.edit": "any",
    "catalog.import": "any",
    "prices.edit": "any",
    "coupons.edit": "any",
  },
  moderator: { ...MEMBER, "users.read": "any" },
  admin: Object.fromEntries(PERMISSIONS.map((permission) => [permission, "any"])),
};

const NARROW_TO_WIDE: readonly Scope[] = ["own", "store", "any"];

/**
 * How far `permission` reaches for someone with these roles: the widest that any of them grants, or
 * undefined if none does. Names that are no roles or permissions of ours (they come from tokens and
 * contracts, perhaps of a newer node) grant nothing.
 */
export function scopeOf(roles: readonly string[], permission: string): Scope | undefined {
  const granted = roles.flatMap((role) => grantOf(role, permission) ?? []);
  return NARROW_TO_WIDE.findLast((scope) => granted.includes(scope));
}

export const isRole = (name: string): name is Role => Object.hasOwn(GRANTS, name);

export const isPermission = (name: string): name is Permission =>
  PERMISSIONS.some((permission) => permission === name);

function grantOf(role: string, permission: string): Scope | undefined {
  return isRole(role) && isPermission(permission) ? GRANTS[role][permission] : undefined;
}
