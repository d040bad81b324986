import {
  CloseUser,
  CreateUser,
  EditMe,
  EditUser,
  GetUser,
  ListUsers,
  Me,
  PutUser,
  Refresh,
  SessionRevoked,
  UserDeleted,
  UserUpdated,
} from "../../../services/identity/identity.contract.ts";
import identity from "../../../services/identity/identity.service.ts";
import { stage, type Stage, type TestPerson } from "../../support/stage.ts";
import {
  emailOf,
  PASSWORD,
  personOf,
  registered,
  type SignedIn,
  signIn,
  staff,
  usernameOf,
} from "./people.ts";

let harness: Stage;
let admin: TestPerson;
beforeAll(async () => {
  harness = await stage([identity]);
  admin = personOf(await staff(harness, "admin"));
});
afterAll(() => harness.leave());

const refresh = ({ refreshToken }: SignedIn) => harness.call(Refresh, { refreshToken });
const STORE = "019a9d3e-7a3c-7000-8000-000000000001";
const NOT_FOUND = { type: "USER_NOT_FOUND", code: 404 };
const NOT_ALLOWED = { type: "NOT_ALLOWED", code: 403 };

describe("one's own account", () => {
  test("can be changed, field by field, and is told", async () => {
    const answer = await registered(harness, "ana");
    const me = personOf(answer);
    await harness.call(EditMe, { firstName: "Ana", lastName: "Lima" }, me);
    const username = usernameOf("anna");
    const changed = await harness.call(EditMe, { username, lastName: null, language: "en" }, me);
    const { lastName: _, ...rest } = { ...answer.user, lastName: "" };
    expect(changed).toEqual({ ...rest, username, firstName: "Ana", language: "en" });
    expect(await harness.call(Me, {}, me)).toEqual(changed);
    const published = await harness.published("identity", UserUpdated);
    expect(published.filter(({ userId }) => userId === me.id)).toHaveLength(2);
  });

  test("cannot take another's name", async () => {
    const { user } = await registered(harness, "bob");
    const me = personOf(await registered(harness, "bob"));
    await expect(
      harness.call(EditMe, { username: user.username.toUpperCase() }, me),
    ).rejects.toMatchObject({ type: "ACCOUNT_EXISTS", data: { taken: "username" } });
  });

  test.each(["roles", "stores", "active", "email", "passwordHash"])(
    "has no %s that its owner could change",
    async (field) => {
      const me = personOf(await registered(harness, "cat"));
      await expect(harness.call(EditMe, { [field]: ["admin"] }, me)).rejects.toMatchObject({
        type: "INVALID_INPUT",
      });
    },
  );
});

describe("another's account", () => {
  test("is not found by who may see only their own, and neither read nor changed", async () => {
    const { user } = await registered(harness, "dan");
    const userId = user.id;
    const stranger = personOf(await registered(harness, "eve"));
    await expect(harness.call(GetUser, { userId }, stranger)).rejects.toMatchObject(NOT_FOUND);
    const change = { userId, firstName: "Eve" };
    await expect(harness.call(EditUser, change, stranger)).rejects.toMatchObject(NOT_FOUND);
    await expect(harness.call(CloseUser, { userId }, stranger)).rejects.toMatchObject(NOT_FOUND);
    expect(await harness.call(GetUser, { userId }, admin)).toEqual(user);
  });

  test("is changed by an administrator, read by a moderator", async () => {
    const { user } = await registered(harness, "fay");
    const moderator = personOf(await staff(harness, "moderator"));
    const change = { userId: user.id, firstName: "Fay" };
    await expect(harness.call(EditUser, change, moderator)).rejects.toMatchObject(NOT_FOUND);
    const changed = await harness.call(EditUser, change, admin);
    expect(await harness.call(GetUser, { userId: user.id }, moderator)).toEqual(changed);
    expect(changed.firstName).toBe("Fay");
  });

  test("that does not exist is not found", async () => {
    const unknown = { userId: STORE };
    await expect(harness.call(GetUser, unknown, admin)).rejects.toMatchObject(NOT_FOUND);
    await expect(harness.call(EditUser, unknown, admin)).rejects.toMatchObject(NOT_FOUND);
  });
});

describe("the list of people", () => {
  test("is read page by page, sorted, searched and filtered by any of their roles", async () => {
    const name = usernameOf("listed");
    for (const n of [3, 1, 2])
      await harness.call(PutUser, {
        username: `${name}.${n}`,
        email: emailOf(`${name}.${n}`),
        roles: n === 2 ? ["user", "coach"] : ["editor"],
      });
    const asked = { q: name.toUpperCase(), sort: "-username" as const, limit: 2 };
    const first = await harness.call(ListUsers, asked, admin);
    expect(first.total).toBe(3);
    expect(first.items.map(({ username }) => username)).toEqual([`${name}.3`, `${name}.2`]);
    const second = await harness.call(ListUsers, { ...asked, after: first.next ?? "" }, admin);
    expect(second.items.map(({ username }) => username)).toEqual([`${name}.1`]);
    expect(second.next).toBeUndefined();
    const coaches = await harness.call(ListUsers, { q: name, role: "coach" }, admin);
    expect(coaches.items).toMatchObject([{ username: `${name}.2`, roles: ["user", "coach"] }]);
  });

  test("holds only oneself for who may see only their own", async () => {
    const answer = await registered(harness, "gil");
    const { items, total } = await harness.call(ListUsers, {}, personOf(answer));
    expect({ items, total }).toEqual({ items: [answer.user], total: 1 });
  });

  test("needs a cursor of ours and somebody who is signed in", async () => {
    const after = Buffer.from("[-1]").toString("base64url");
    await expect(harness.call(ListUsers, { after }, admin)).rejects.toMatchObject({
      type: "CURSOR_INVALID",
    });
    await expect(harness.call(ListUsers, {})).rejects.toMatchObject({ type: "NOT_SIGNED_IN" });
  });
});

describe("making an account for somebody", () => {
  const somebody = () => ({
    username: usernameOf("hal"),
    email: emailOf("hal"),
    password: PASSWORD,
  });

  test("is an administrator's; the person can sign in, as a user", async () => {
    const hal = somebody();
    const made = await harness.call(CreateUser, hal, admin);
    expect(made).toMatchObject({ username: hal.username, role: "user" });
    expect((await signIn(harness, hal.email)).user).toEqual(made);
    const member = personOf(await registered(harness, "ida"));
    await expect(harness.call(CreateUser, somebody(), member)).rejects.toMatchObject(NOT_ALLOWED);
  });

  test("with one key it is made once, and answered the same, also at once", async () => {
    const hal = somebody();
    const ask = () => harness.call(CreateUser, hal, admin, { key: hal.email });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await ask()).toEqual(answers[0]);
    await expect(
      harness.call(CreateUser, somebody(), admin, { key: hal.email }),
    ).rejects.toMatchObject({ type: "IDEMPOTENCY_KEY_REUSED" });
  });

  test("without a key the second time it is there already", async () => {
    const hal = somebody();
    await harness.call(CreateUser, hal, admin);
    await expect(harness.call(CreateUser, hal, admin)).rejects.toMatchObject({
      type: "ACCOUNT_EXISTS",
    });
  });
});

describe("closing an account", () => {
  test("ends its sessions, hides it, and frees address and name", async () => {
    const answer = await registered(harness, "ned");
    const { id: userId, email, username } = answer.user;
    const me = personOf(answer);
    expect(await harness.call(CloseUser, { userId }, me)).toEqual({ userId });
    await expect(refresh(answer)).rejects.toMatchObject({ type: "SESSION_ENDED" });
    await expect(signIn(harness, email)).rejects.toMatchObject({ type: "WRONG_CREDENTIALS" });
    await expect(harness.call(Me, {}, me)).rejects.toMatchObject(NOT_FOUND);
    await expect(harness.call(GetUser, { userId }, admin)).rejects.toMatchObject(NOT_FOUND);
    expect((await harness.call(ListUsers, { q: email }, admin)).total).toBe(0);
    expect((await harness.published("identity", UserDeleted)).at(-1)).toEqual({ userId });
    expect((await harness.published("identity", SessionRevoked)).at(-1)).toMatchObject({ userId });

    const again = { username, email, password: PASSWORD };
    expect((await harness.call(CreateUser, again, admin)).id).not.toBe(userId);
  });

  test("twice is told once", async () => {
    const userId = (await registered(harness, "oli")).user.id;
    await harness.call(CloseUser, { userId }, admin);
    await expect(harness.call(CloseUser, { userId }, admin)).rejects.toMatchObject(NOT_FOUND);
    const published = await harness.published("identity", UserDeleted);
    expect(published.filter((it) => it.userId === userId)).toHaveLength(1);
  });
});
