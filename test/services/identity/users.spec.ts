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

let play: Stage;
let admin: TestPerson;
beforeAll(async () => {
  play = await stage([identity]);
  admin = personOf(await staff(play, "admin"));
});
afterAll(() => play.leave());

const refresh = ({ refreshToken }: SignedIn) => play.call(Refresh, { refreshToken });
const STORE = "019a9d3e-7a3c-7000-8000-000000000001";
const NOT_FOUND = { type: "USER_NOT_FOUND", code: 404 };
const NOT_ALLOWED = { type: "NOT_ALLOWED", code: 403 };

describe("one's own account", () => {
  test("can be changed, field by field, and is told", async () => {
    const answer = await registered(play, "ana");
    const me = personOf(answer);
    await play.call(EditMe, { firstName: "Ana", lastName: "Lima" }, me);
    const username = usernameOf("anna");
    const changed = await play.call(EditMe, { username, lastName: null, language: "en" }, me);
    const { lastName: _, ...rest } = { ...answer.user, lastName: "" };
    expect(changed).toEqual({ ...rest, username, firstName: "Ana", language: "en" });
    expect(await play.call(Me, {}, me)).toEqual(changed);
    const told = await play.told("identity", UserUpdated);
    expect(told.filter(({ userId }) => userId === me.id)).toHaveLength(2);
  });

  test("cannot take another's name", async () => {
    const { user } = await registered(play, "bob");
    const me = personOf(await registered(play, "bob"));
    await expect(
      play.call(EditMe, { username: user.username.toUpperCase() }, me),
    ).rejects.toMatchObject({ type: "ACCOUNT_EXISTS", data: { taken: "username" } });
  });

  test.each(["roles", "stores", "active", "email", "passwordHash"])(
    "has no %s that its owner could change",
    async (field) => {
      const me = personOf(await registered(play, "cat"));
      await expect(play.call(EditMe, { [field]: ["admin"] }, me)).rejects.toMatchObject({
        type: "INVALID_INPUT",
      });
    },
  );
});

describe("another's account", () => {
  test("is not found by who may see only their own, and neither read nor changed", async () => {
    const { user } = await registered(play, "dan");
    const userId = user.id;
    const stranger = personOf(await registered(play, "eve"));
    await expect(play.call(GetUser, { userId }, stranger)).rejects.toMatchObject(NOT_FOUND);
    const change = { userId, firstName: "Eve" };
    await expect(play.call(EditUser, change, stranger)).rejects.toMatchObject(NOT_FOUND);
    await expect(play.call(CloseUser, { userId }, stranger)).rejects.toMatchObject(NOT_FOUND);
    expect(await play.call(GetUser, { userId }, admin)).toEqual(user);
  });

  test("is changed by an administrator, read by a moderator", async () => {
    const { user } = await registered(play, "fay");
    const moderator = personOf(await staff(play, "moderator"));
    const change = { userId: user.id, firstName: "Fay" };
    await expect(play.call(EditUser, change, moderator)).rejects.toMatchObject(NOT_FOUND);
    const changed = await play.call(EditUser, change, admin);
    expect(await play.call(GetUser, { userId: user.id }, moderator)).toEqual(changed);
    expect(changed.firstName).toBe("Fay");
  });

  test("that does not exist is not found", async () => {
    const unknown = { userId: STORE };
    await expect(play.call(GetUser, unknown, admin)).rejects.toMatchObject(NOT_FOUND);
    await expect(play.call(EditUser, unknown, admin)).rejects.toMatchObject(NOT_FOUND);
  });
});

describe("the list of people", () => {
  test("is read page by page, sorted, searched and filtered by any of their roles", async () => {
    const name = usernameOf("listed");
    for (const n of [3, 1, 2])
      await play.call(PutUser, {
        username: `${name}.${n}`,
        email: emailOf(`${name}.${n}`),
        roles: n === 2 ? ["user", "coach"] : ["editor"],
      });
    const asked = { q: name.toUpperCase(), sort: "-username" as const, limit: 2 };
    const first = await play.call(ListUsers, asked, admin);
    expect(first.total).toBe(3);
    expect(first.items.map(({ username }) => username)).toEqual([`${name}.3`, `${name}.2`]);
    const second = await play.call(ListUsers, { ...asked, after: first.next ?? "" }, admin);
    expect(second.items.map(({ username }) => username)).toEqual([`${name}.1`]);
    expect(second.next).toBeUndefined();
    const coaches = await play.call(ListUsers, { q: name, role: "coach" }, admin);
    expect(coaches.items).toMatchObject([{ username: `${name}.2`, roles: ["user", "coach"] }]);
  });

  test("holds only oneself for who may see only their own", async () => {
    const answer = await registered(play, "gil");
    const { items, total } = await play.call(ListUsers, {}, personOf(answer));
    expect({ items, total }).toEqual({ items: [answer.user], total: 1 });
  });

  test("needs a cursor of ours and somebody who is signed in", async () => {
    const after = Buffer.from("[-1]").toString("base64url");
    await expect(play.call(ListUsers, { after }, admin)).rejects.toMatchObject({
      type: "CURSOR_INVALID",
    });
    await expect(play.call(ListUsers, {})).rejects.toMatchObject({ type: "NOT_SIGNED_IN" });
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
    const made = await play.call(CreateUser, hal, admin);
    expect(made).toMatchObject({ username: hal.username, role: "user" });
    expect((await signIn(play, hal.email)).user).toEqual(made);
    const member = personOf(await registered(play, "ida"));
    await expect(play.call(CreateUser, somebody(), member)).rejects.toMatchObject(NOT_ALLOWED);
  });

  test("with one key it is made once, and answered the same, also at once", async () => {
    const hal = somebody();
    const ask = () => play.call(CreateUser, hal, admin, { key: hal.email });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await ask()).toEqual(answers[0]);
    await expect(
      play.call(CreateUser, somebody(), admin, { key: hal.email }),
    ).rejects.toMatchObject({ type: "IDEMPOTENCY_KEY_REUSED" });
  });

  test("without a key the second time it is there already", async () => {
    const hal = somebody();
    await play.call(CreateUser, hal, admin);
    await expect(play.call(CreateUser, hal, admin)).rejects.toMatchObject({
      type: "ACCOUNT_EXISTS",
    });
  });
});

describe("closing an account", () => {
  test("ends its sessions, hides it, and frees address and name", async () => {
    const answer = await registered(play, "ned");
    const { id: userId, email, username } = answer.user;
    const me = personOf(answer);
    expect(await play.call(CloseUser, { userId }, me)).toEqual({ userId });
    await expect(refresh(answer)).rejects.toMatchObject({ type: "SESSION_ENDED" });
    await expect(signIn(play, email)).rejects.toMatchObject({ type: "WRONG_CREDENTIALS" });
    await expect(play.call(Me, {}, me)).rejects.toMatchObject(NOT_FOUND);
    await expect(play.call(GetUser, { userId }, admin)).rejects.toMatchObject(NOT_FOUND);
    expect((await play.call(ListUsers, { q: email }, admin)).total).toBe(0);
    expect((await play.told("identity", UserDeleted)).at(-1)).toEqual({ userId });
    expect((await play.told("identity", SessionRevoked)).at(-1)).toMatchObject({ userId });

    const again = { username, email, password: PASSWORD };
    expect((await play.call(CreateUser, again, admin)).id).not.toBe(userId);
  });

  test("twice is told once", async () => {
    const userId = (await registered(play, "oli")).user.id;
    await play.call(CloseUser, { userId }, admin);
    await expect(play.call(CloseUser, { userId }, admin)).rejects.toMatchObject(NOT_FOUND);
    const told = await play.told("identity", UserDeleted);
    expect(told.filter((it) => it.userId === userId)).toHaveLength(1);
  });
});
