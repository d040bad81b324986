/** People's accounts and roles. */
import { command, query } from "../../../lib/contract.ts";
import { KeyReused } from "../../../lib/idempotency.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import {
  describe,
  email,
  id,
  list,
  nullable,
  object,
  oneOf,
  optional,
  page,
  paging,
  text,
} from "../../../lib/shape.ts";
import { NotAllowed } from "../../../lib/access.ts";
import { UsernameInvalid, UsernameMixesScripts } from "../domain/account.ts";
import { PERMISSIONS } from "../domain/roles.ts";
import {
  AccountExists,
  LanguageName,
  LastAdministrator,
  Password,
  PersonName,
  RoleName,
  StoresOfPerson,
  User,
  Username,
  UserNotFound,
} from "./people.ts";
import { newAccount, newPassword } from "./sign-in.ts";

const tag = "identity";

/** Absent fields stay; a name of null is removed. */
const changes = {
  username: optional(Username),
  firstName: optional(nullable(PersonName)),
  lastName: optional(nullable(PersonName)),
  language: optional(LanguageName),
};
const editing = [AccountExists, UsernameInvalid, UsernameMixesScripts, UserNotFound];

export const Me = query("identity.me", {
  summary: "Show my account.",
  rest: "GET /users/me",
  allow: "authenticated",
  access: "own",
  params: {},
  returns: User,
  failures: [UserNotFound],
  tag,
});
export const EditMe = command("identity.editMe", {
  summary: "Change my account.",
  rest: "PATCH /users/me",
  allow: "authenticated",
  access: "own",
  params: changes,
  returns: User,
  failures: editing,
  tag,
});

export const ListUsers = query("identity.users", {
  summary: "List people who have an account.",
  description:
    "Whoever may read only their own account gets a list of one. `q` is a part of name or address.",
  rest: "GET /users",
  allow: "users.read",
  access: "visible",
  params: {
    ...paging,
    q: describe("Words or parts of words to look for.", optional(text({ max: 100 }))),
    role: optional(RoleName),
    sort: describe(
      "By what, ascending; with `-`, descending.",
      optional(oneOf("username", "-username", "email", "-email", "createdAt", "-createdAt")),
    ),
  },
  returns: page(User),
  failures: [CursorInvalid],
  tag,
});
export const GetUser = query("identity.user", {
  summary: "Show an account.",
  rest: "GET /users/:userId",
  allow: "users.read",
  access: { owner: "userId", refusal: ({ userId }) => UserNotFound({ userId }) },
  params: { userId: id({ of: "user" }) },
  returns: User,
  failures: [UserNotFound],
  tag,
});
export const CreateUser = command("identity.createUser", {
  summary: "Make an account for somebody.",
  description: "With the role `user`; other roles are assigned. Nobody is signed in.",
  rest: "POST /users",
  allow: "users.edit",
  access: "any",
  params: {
    username: Username,
    email: email(),
    password: Password,
    firstName: optional(PersonName),
    lastName: optional(PersonName),
    language: optional(LanguageName),
  },
  returns: User,
  status: 201,
  idempotency: "resource",
  timeoutMs: 15_000,
  failures: [...newAccount, ...newPassword, KeyReused, NotAllowed],
  tag,
});
export const EditUser = command("identity.editUser", {
  summary: "Change an account.",
  rest: "PATCH /users/:userId",
  allow: "users.edit",
  access: { owner: "userId", refusal: ({ userId }) => UserNotFound({ userId }) },
  params: { userId: id({ of: "user" }), ...changes },
  returns: User,
  failures: editing,
  tag,
});
export const CloseUser = command("identity.closeUser", {
  summary: "Close an account.",
  description:
    "Its sessions end; address and name are free again, and erased here and, soon after, in every service. What the person did stays, by their id.",
  rest: "DELETE /users/:userId",
  allow: "users.edit",
  access: { owner: "userId", refusal: ({ userId }) => UserNotFound({ userId }) },
  params: { userId: id({ of: "user" }) },
  returns: object({ userId: id({ of: "user" }) }),
  failures: [LastAdministrator, UserNotFound],
  tag,
});
export const AssignRoles = command("identity.assignRoles", {
  summary: "Say which roles somebody has, and in which stores.",
  description:
    "The new roles count at once: earlier access tokens are refused; sessions can be refreshed.",
  rest: "PUT /users/:userId/roles",
  allow: "roles.assign",
  access: "any",
  params: {
    userId: id({ of: "user" }),
    roles: describe("Roles, which grant permissions.", list(RoleName, { min: 1, max: 9 })),
    stores: optional(StoresOfPerson),
  },
  returns: User,
  retry: "idempotent",
  failures: [LastAdministrator, UserNotFound],
  tag,
});

export const ListRoles = query("identity.roles", {
  summary: "List the roles, what each may do, and how far.",
  rest: "GET /roles",
  allow: "users.read",
  access: "shared",
  params: {},
  returns: object({
    roles: describe(
      "Roles, which grant permissions.",
      list(
        object({
          name: RoleName,
          permissions: describe(
            "What the role may do.",
            list(
              object({
                permission: describe("The permission's name.", oneOf(...PERMISSIONS)),
                scope: describe("What the permission includes.", oneOf("own", "store", "any")),
              }),
            ),
          ),
        }),
        { max: 50 },
      ),
    ),
  }),
  tag,
});
