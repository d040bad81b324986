/** Accounts, sign-in, and the permissions of roles. */
export * from "./contract/people.ts";
export * from "./contract/services.ts";
export * from "./contract/sessions.ts";
export { Login, Refresh, Register, SignedIn } from "./contract/sign-in.ts";
export * from "./contract/users.ts";

export { GRANTS, PERMISSIONS, type Role, ROLES, scopeOf } from "./domain/roles.ts";
