/** Sessions, and what ends them; the keys of their access tokens. */
import { command, query } from "../../../lib/contract.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import {
  literal,
  boolean,
  id,
  dateTime,
  list,
  object,
  optional,
  page,
  paging,
  personal,
  text,
  shape,
  describe,
} from "../../../lib/shape.ts";
import { TooManyAttempts } from "../domain/lockout.ts";
import { Password, PasswordWrong, SessionEnded, SessionNotFound } from "./people.ts";
import { newPassword, timeoutMs } from "./sign-in.ts";

const tag = "identity";
const Done = shape(
  "Done",
  {
    success: describe("Always true: failures have another status.", literal(true)),
    message: describe("Confirmation in the caller's language.", text()),
  },
  "What was asked is done; `message` says so in the caller's language.",
);

export const Logout = command("identity.logout", {
  summary: "End this session.",
  rest: "POST /auth/logout",
  allow: "authenticated",
  access: "own",
  params: {},
  returns: Done,
  retry: "idempotent",
  message: { fr: "Déconnexion réussie", en: "Signed out" },
  tag,
});

export const LogoutAll = command("identity.logoutAll", {
  summary: "End every session of mine, this one too.",
  rest: "POST /auth/logout-all",
  allow: "authenticated",
  access: "own",
  params: {},
  returns: Done,
  retry: "idempotent",
  message: { fr: "Déconnexion réussie sur tous les appareils", en: "Signed out on every device" },
  tag,
});

export const Session = shape(
  "Session",
  {
    id: id(),
    createdAt: dateTime(),
    lastSeenAt: dateTime(),
    expiresAt: dateTime(),
    agent: describe("`User-Agent` header of the sign-in.", optional(personal(text({ max: 255 })))),
    ip: describe("The address that it signed in from.", optional(personal(text({ max: 64 })))),
    current: describe("True for the session of this request.", boolean()),
  },
  "One sign-in of a person, on one device.",
);

export const ListSessions = query("identity.sessions", {
  summary: "List where I am signed in, the newest first.",
  rest: "GET /auth/sessions",
  allow: "authenticated",
  access: "own",
  params: paging,
  returns: page(Session),
  failures: [CursorInvalid],
  tag,
});

export const EndSession = command("identity.endSession", {
  summary: "End one of my sessions.",
  description: "Also the current one. What has ended already is not found.",
  rest: "DELETE /auth/sessions/:sessionId",
  allow: "authenticated",
  access: "own",
  params: { sessionId: id({ of: "session" }) },
  returns: Done,
  message: { fr: "Session terminée", en: "Session ended" },
  failures: [SessionNotFound],
  tag,
});

export const ChangePassword = command("identity.changePassword", {
  summary: "Change my password.",
  description: "Ends every other session. Wrong guesses of `current` count as those at sign-in do.",
  rest: "POST /auth/password/change",
  allow: "authenticated",
  access: "own",
  params: { current: Password, next: Password },
  returns: Done,
  timeoutMs,
  rateClass: "login",
  message: { fr: "Mot de passe modifié", en: "Password changed" },
  failures: [...newPassword, PasswordWrong, SessionEnded, TooManyAttempts],
  tag,
});

export const ShowKeys = query("identity.jwks", {
  summary: "Show the public keys of access tokens.",
  description: "Public keys by which access tokens are verified (RFC 7517).",
  rest: "GET /.well-known/jwks.json",
  allow: "public",
  params: {},
  returns: object({
    keys: describe(
      "Public keys, as JWK.",
      list(
        object({
          kty: describe("Key type.", literal("EC")),
          crv: describe("Curve.", literal("P-256")),
          x: describe("First coordinate.", text()),
          y: describe("Second coordinate.", text()),
          kid: describe("The key's id.", text()),
          alg: describe("Algorithm.", literal("ES256")),
          use: describe("Always `sig`: the key verifies signatures.", literal("sig")),
        }),
      ),
    ),
  }),
  cache: { keys: [], seconds: 300, shared: true },
  tag,
});
