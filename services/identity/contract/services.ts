import { command, query } from "../../../lib/contract.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import {
  nextPage,
  describe,
  cutList,
  email,
  boolean,
  id,
  dateTime,
  list,
  object,
  optional,
  paging,
} from "../../../lib/shape.ts";
import {
  LanguageName,
  Password,
  PersonName,
  RoleName,
  StoresOfPerson,
  Username,
} from "./people.ts";
import { newAccount, newPassword } from "./sign-in.ts";

export const ListRevokedSessions = query("identity.revokedSessions", {
  summary: "List the sessions whose access tokens are refused although they have not expired.",
  description:
    "Sessions by the `sid` of their access tokens, that ended before those do. A session whose owner got other roles goes on under another `sid`.",
  allow: "internal",
  params: { after: paging.after },
  returns: object({
    denials: describe(
      "Sessions that ended, and until when their tokens would have been good.",
      cutList(object({ sessionId: id({ of: "session" }), until: dateTime() }), { max: 10_000 }),
    ),
    next: nextPage,
  }),
  failures: [CursorInvalid],
});
/** Broadcast (it may be lost; gateways also ask): a session is refused from now on. */
export const SESSIONS_REVOKED = "identity.sessions_revoked";

export const PutUser = command("identity.putUser", {
  summary: "Make sure that somebody has an account.",
  description:
    "Makes sure that somebody has an account, by their address. Who has signed in before is left as they are; until then everything, the password too, becomes what is said: a start that was killed halfway may be repeated. Without a password nobody can sign in.",
  allow: "internal",
  params: {
    username: Username,
    email: email(),
    password: optional(Password),
    roles: describe("Roles, which grant permissions.", list(RoleName, { min: 1, max: 9 })),
    stores: optional(StoresOfPerson),
    language: optional(LanguageName),
    firstName: optional(PersonName),
    lastName: optional(PersonName),
  },
  returns: object({
    userId: id({ of: "user" }),
    created: describe("Number of accounts that were created.", boolean()),
  }),
  retry: "idempotent",
  timeoutMs: 30_000,
  failures: [...newAccount, ...newPassword],
});
