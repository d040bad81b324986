/** Who people are, how they sign in, and what their roles let them do. */
import { action, event, failure } from "../../lib/contract.ts";
import { email, id, type Infer, instant, list, object, optional, text } from "../../lib/shape.ts";

export { GRANTS, PERMISSIONS, type Permission, type Role, ROLES, scopeOf } from "./domain/roles.ts";

export const User = object({
  id: id(),
  username: text({ max: 64 }),
  email: email(),
  /** The first of `roles`, for clients that know only one. */
  role: text({ max: 32 }),
  roles: list(text({ max: 32 }), { max: 9 }),
  /** Stores that the person works in. */
  stores: list(id()),
  firstName: optional(text({ max: 100 })),
  lastName: optional(text({ max: 100 })),
  language: text({ max: 2 }),
  createdAt: instant(),
});
export type User = Infer<typeof User>;

/** Sessions that ended before their access tokens do: gateways refuse them. */
export const ListDenials = action("identity.denials", {
  summary: "List the sessions whose access tokens are refused although they have not expired.",
  allow: "services",
  params: {},
  returns: object({
    denials: list(object({ sessionId: id(), until: instant() }), { max: 100_000 }),
  }),
  repeatable: true,
});
/** Broadcast (it may be lost; gateways also ask): a session is refused from now on. */
export const DENIED = "identity.denied";

export const UserRegistered = event("user.registered", {
  summary: "Somebody has an account.",
  payload: { userId: id(), username: text({ max: 64 }), email: email() },
  rooms: () => ["admin"],
});
export const UserUpdated = event("user.updated", {
  summary: "Somebody's account changed.",
  payload: { userId: id() },
  rooms: ({ userId }) => [`user:${userId}`, "admin"],
});
export const UserDeleted = event("user.deleted", {
  summary: "Somebody's account is closed.",
  payload: { userId: id() },
  rooms: () => ["admin"],
});
export const RoleChanged = event("role.changed", {
  summary: "Somebody has other roles.",
  payload: { userId: id(), roles: list(text({ max: 32 })), stores: list(id()) },
  rooms: ({ userId }) => [`user:${userId}`, "admin"],
});
export const SessionRevoked = event("session.revoked", {
  summary: "A session ended before its time.",
  payload: { userId: id(), sessionId: id(), reason: text() },
  rooms: ({ userId }) => [`user:${userId}`],
});
export const TokenReuseDetected = event("token.reuse_detected", {
  summary: "A refresh token came twice: it was stolen, and its whole family is ended.",
  payload: { userId: id(), sessionId: id() },
  rooms: ({ userId }) => [`user:${userId}`, "admin"],
});

export const UserNotFound = failure<{ userId: string }>("USER_NOT_FOUND", 404, {
  en: "There is no such person. Check the id.",
  fr: "Cette personne n'existe pas. Vérifiez l'identifiant.",
});
