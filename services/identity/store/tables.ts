import { boolean, dateTime, object, optional, text, version } from "../../../lib/shape.ts";
import { type Draft, type RowOf, table } from "../../../lib/table.ts";
import { User } from "../contract/people.ts";

const { role: _, ...shown } = User.properties;
/** Open accounts. A closed one stays as a fact, and is no longer found. */
export const Users = table("users", {
  shape: object(shown),
  columns: {
    usernameKey: text(),
    passwordHash: optional(text()),
    active: optional(boolean()),
    signedInAt: optional(dateTime()),
    closedAt: optional(dateTime()),
    version: version(),
  },
  owner: "id",
  filters: ["roles"],
  search: ["username", "email", "firstName", "lastName"],
  sorts: { username: "username", email: "email", createdAt: "createdAt" },
  only: { active: true },
  total: true,
});
export type Account = RowOf<typeof Users>;
export type NewAccount = Draft<Account>;
