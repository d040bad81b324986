/** Shapes, events and failures of accounts. */
import { event, failure } from "../../../lib/contract.ts";
import {
  email,
  id,
  type Infer,
  dateTime,
  list,
  oneOf,
  optional,
  personal,
  text,
  shape,
  describe,
} from "../../../lib/shape.ts";
import { USERNAME } from "../domain/account.ts";
import { ROLES } from "../domain/roles.ts";

export const User = shape(
  "User",
  {
    id: id(),
    username: describe("The name to sign in with.", personal(text({ max: 64 }))),
    email: email(),
    role: describe("The first of `roles`, for clients that know only one.", text({ max: 32 })),
    roles: describe("Roles, which grant permissions.", list(text({ max: 32 }), { max: 9 })),
    stores: describe("Stores that limit the permissions.", list(id({ of: "store" }), { max: 40 })),
    firstName: describe("Given name.", optional(personal(text({ max: 100 })))),
    lastName: describe("Family name.", optional(personal(text({ max: 100 })))),
    language: describe("Language of messages to the person.", text({ max: 2 })),
    createdAt: dateTime(),
  },
  "A person with an account.",
);
export type User = Infer<typeof User>;

export const RoleName = describe("A role, which grants permissions.", oneOf(...ROLES));
export const LanguageName = describe("The language that the person reads.", oneOf("fr", "en"));
/** Longer than any that is taken, so that `domain/account.ts` says in words what is wrong. */
export const Username = personal(
  text({ max: 4 * USERNAME.max, description: "The name to sign in with." }),
);
/** `passwords/policy.ts` checks it; the maximum keeps the hash from reading a megabyte. */
export const Password = text({
  max: 512,
  writeOnly: true,
  description: "The password; long ones are better than odd ones.",
});
export const PersonName = personal(text({ max: 100, description: "Part of the person's name." }));
/** The number that an access token can carry. */
export const StoresOfPerson = list(id(), { max: 40 });

export const UserRegistered = event("identity", "user.registered", {
  summary: "Somebody has an account.",
  payload: { userId: id({ of: "user" }) },
  rooms: () => ["admin"],
});
export const UserLoggedIn = event("identity", "user.logged_in", {
  summary: "Somebody signed in, perhaps with what they began as a guest.",
  description:
    "Told with every new session, also of who has just registered. Services that keep things for guests make those of this guest the user's. It has no rooms: the hash is for services, not for who watches.",
  payload: {
    userId: id({ of: "user" }),
    guestTokenSha256: describe(
      "SHA-256 in hex of the token (header `x-cart-token`) that came along, if one did.",
      optional(text({ min: 64, max: 64, pattern: "^[0-9a-f]{64}$" })),
    ),
  },
});
export const UserUpdated = event("identity", "user.updated", {
  summary: "Somebody's account changed.",
  payload: { userId: id({ of: "user" }) },
  rooms: ({ userId }) => [`user:${userId}`, "admin"],
});
export const UserDeleted = event("identity", "user.deleted", {
  summary: "Somebody's account is closed: who keeps something of them by name erases it.",
  payload: { userId: id({ of: "user" }) },
  rooms: () => ["admin"],
});
export const RoleChanged = event("identity", "role.changed", {
  summary: "Somebody has other roles.",
  payload: {
    userId: id({ of: "user" }),
    roles: describe("Roles, which grant permissions.", list(text({ max: 32 }))),
    stores: describe("Stores that limit the permissions.", list(id({ of: "store" }))),
  },
  rooms: ({ userId }) => [`user:${userId}`, "admin"],
});
export const SessionRevoked = event("identity", "session.revoked", {
  summary: "A session ended before its time.",
  payload: {
    userId: id({ of: "user" }),
    sessionId: id({ of: "session" }),
    reason: describe("Why the session ended, as a code.", text()),
  },
  rooms: ({ userId }) => [`user:${userId}`],
});
export const TokenReuseDetected = event("identity", "token.reuse_detected", {
  summary: "A refresh token came twice: it was stolen, and its whole family is ended.",
  payload: { userId: id({ of: "user" }), sessionId: id({ of: "session" }) },
  rooms: ({ userId }) => [`user:${userId}`, "admin"],
});

export const UserNotFound = failure<{ userId: string }>("USER_NOT_FOUND", 404, {
  en: "There is no such person. Check the id.",
  fr: "Cette personne n'existe pas. Vérifiez l'identifiant.",
});
/**
 * Registering reveals in `taken` that an account exists: it cannot be hidden from someone who tries
 * other names, and hiding it leaves people without an account. The rate limit of sign-ins bounds
 * guessing. Signing in reveals nothing.
 */
export const AccountExists = failure<{ taken: "username" | "email" }>("ACCOUNT_EXISTS", 409, {
  en: "There is an account with this name or address. Sign in, or choose another one.",
  fr: "Il existe un compte à ce nom ou à cette adresse. Connectez-vous ou choisissez-en un autre.",
});
export const WrongCredentials = failure("WRONG_CREDENTIALS", 401, {
  en: "Address or password is wrong. Correct them and sign in again.",
  fr: "Adresse ou mot de passe incorrect. Corrigez-les et reconnectez-vous.",
});
export const PasswordWrong = failure("PASSWORD_WRONG", 422, {
  en: "Your current password is another one. Type it again.",
  fr: "Votre mot de passe actuel est différent. Saisissez-le à nouveau.",
});
export const SessionEnded = failure("SESSION_ENDED", 401, {
  en: "Your session is over. Sign in again.",
  fr: "Votre session est terminée. Connectez-vous à nouveau.",
});
export const SessionNotFound = failure<{ sessionId: string }>("SESSION_NOT_FOUND", 404, {
  en: "There is no such session of yours. Look at the list again.",
  fr: "Vous n'avez pas de telle session. Consultez à nouveau la liste.",
});
export const LastAdministrator = failure("LAST_ADMINISTRATOR", 409, {
  en: "This is the last administrator. Make somebody else one first.",
  fr: "C'est le dernier administrateur. Nommez-en d'abord un autre.",
});
