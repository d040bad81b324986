import {
  AssignRoles,
  CloseUser,
  ListRevokedSessions,
  ListRoles,
  ListUsers,
  Refresh,
  RoleChanged,
} from "../../../services/identity/identity.contract.ts";
import identity from "../../../services/identity/identity.service.ts";
import { stage, type Stage, type TestPerson } from "../../support/stage.ts";
import { claimsOf, personOf, registered, type SignedIn, staff } from "./people.ts";

let harness: Stage;
let admin: TestPerson;
beforeAll(async () => {
  harness = await stage([identity]);
  admin = personOf(await staff(harness, "admin"));
});
afterAll(() => harness.leave());

const refresh = ({ refreshToken }: SignedIn) => harness.call(Refresh, { refreshToken });
const STORE = "019a9d3e-7a3c-7000-8000-000000000001";
const NOT_ALLOWED = { type: "NOT_ALLOWED", code: 403 };

describe("giving roles", () => {
  const give = (userId: string, by = admin) =>
    harness.call(AssignRoles, { userId, roles: ["cashier", "coach"], stores: [STORE] }, by);

  test("counts at once: old access tokens are refused, the session goes on with new ones", async () => {
    const answer = await registered(harness, "jan");
    const before = personOf(answer);
    const changed = await give(before.id);
    expect(changed).toMatchObject({ role: "cashier", roles: ["cashier", "coach"] });

    const after = await refresh(answer);
    const { roles, stores, sid } = claimsOf(after.accessToken);
    expect({ roles, stores }).toEqual({ roles: ["cashier", "coach"], stores: [STORE] });
    const { denials } = await harness.call(ListRevokedSessions, {});
    const refused = denials.map(({ sessionId }) => sessionId);
    expect(refused).toContain(before.sessionId);
    expect(refused).not.toContain(sid);
    expect((await harness.published("identity", RoleChanged)).at(-1)).toEqual({
      userId: before.id,
      roles: ["cashier", "coach"],
      stores: [STORE],
    });
  });

  test("that somebody has already changes and tells nothing", async () => {
    const answer = await registered(harness, "kim");
    await give(answer.user.id);
    const { sessionId } = personOf(await refresh(answer));
    await give(answer.user.id);
    const published = await harness.published("identity", RoleChanged);
    expect(published.filter(({ userId }) => userId === answer.user.id)).toHaveLength(1);
    const { denials } = await harness.call(ListRevokedSessions, {});
    expect(denials.map((it) => it.sessionId)).not.toContain(sessionId);
  });

  test("is an administrator's alone", async () => {
    const { user } = await registered(harness, "lou");
    for (const role of ["user", "moderator", "store_manager", "accountant"] as const) {
      const other = personOf(await staff(harness, role));
      await expect(give(user.id, other)).rejects.toMatchObject(NOT_ALLOWED);
      await expect(give(other.id, other)).rejects.toMatchObject(NOT_ALLOWED);
    }
  });

  test("while the session is refreshed never leaves an access token with old roles", async () => {
    const answer = await registered(harness, "mia");
    const [, ...refreshed] = await Promise.all([
      give(answer.user.id),
      ...Array.from({ length: 10 }, () => refresh(answer)),
    ]);
    const { denials } = await harness.call(ListRevokedSessions, {});
    const refused = new Set(denials.map(({ sessionId }) => sessionId));
    const good = refreshed.filter((it) => !refused.has(personOf(it).sessionId));
    for (const one of good) expect(claimsOf(one.accessToken).roles).toEqual(["cashier", "coach"]);
  });

  test("to nobody is refused", async () => {
    const nobody = { userId: STORE, roles: ["user" as const] };
    await expect(harness.call(AssignRoles, nobody, admin)).rejects.toMatchObject({
      type: "USER_NOT_FOUND",
    });
  });

  test("an unknown role is refused", async () => {
    const wanted = { userId: admin.id, roles: ["owner" as "admin"] };
    await expect(harness.call(AssignRoles, wanted, admin)).rejects.toMatchObject({
      type: "INVALID_INPUT",
    });
  });

  test("roles are shown with what each may do", async () => {
    const { roles } = await harness.call(ListRoles, {}, admin);
    expect(roles).toHaveLength(9);
    expect(roles.find(({ name }) => name === "admin")?.permissions).toContainEqual({
      permission: "roles.assign",
      scope: "any",
    });
    await expect(harness.call(ListRoles, {})).rejects.toMatchObject({ type: "NOT_SIGNED_IN" });
  });
});

describe("administrators", () => {
  const LAST = { type: "LAST_ADMINISTRATOR", code: 409 };

  test("there is always one, also when two remove each other at once", async () => {
    const [one, two] = [admin, personOf(await staff(harness, "admin"))];
    const answers = await Promise.allSettled([
      harness.call(AssignRoles, { userId: two.id, roles: ["user"] }, one),
      harness.call(CloseUser, { userId: one.id }, two),
    ]);
    const refused = answers.filter(({ status }) => status === "rejected");
    expect(refused).toMatchObject([{ reason: LAST }]);

    const [left] = (await harness.call(ListUsers, { role: "admin" }, one)).items;
    const last = left?.id === one.id ? one : two;
    expect(left?.id).toBe(last.id);
    await expect(
      harness.call(AssignRoles, { userId: last.id, roles: ["user"] }, last),
    ).rejects.toMatchObject(LAST);
    await expect(harness.call(CloseUser, { userId: last.id }, last)).rejects.toMatchObject(LAST);
  });
});
