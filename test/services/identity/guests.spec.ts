/** What is told of a sign-in, for services that keep things for guests. */
import { createHash, randomBytes } from "node:crypto";
import type { Meta } from "../../../lib/bus.ts";
import type { Params } from "../../../lib/contract.ts";
import {
  PutUser,
  Refresh,
  Register,
  UserLoggedIn,
  UserRegistered,
} from "../../../services/identity/identity.contract.ts";
import identity from "../../../services/identity/identity.service.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { emailOf, PASSWORD, registered, signIn, usernameOf } from "./people.ts";

let play: Stage;
beforeAll(async () => {
  play = await stage([identity]);
});
afterAll(() => play.leave());

const aToken = () => randomBytes(32).toString("base64url");
const sha256 = (token: string) => createHash("sha256").update(token).digest("hex");
const toldOf = async (id: string) =>
  (await play.told("identity", UserLoggedIn)).filter(({ userId }) => userId === id);

test("whoever registers has signed in, as the guest whose token came along", async () => {
  const guestToken = aToken();
  const { user } = await registered(play, "lou", { guestToken });
  expect(await toldOf(user.id)).toEqual([
    { userId: user.id, guestTokenSha256: sha256(guestToken) },
  ]);
});

test("every sign-in is told once, with the hash of the token that came with it", async () => {
  const { user } = await registered(play, "mia");
  const [first, second] = [aToken(), aToken()];
  await signIn(play, user.email, { guestToken: first });
  await signIn(play, user.email);
  await signIn(play, user.email, { guestToken: second });
  expect(await toldOf(user.id)).toEqual([
    { userId: user.id },
    { userId: user.id, guestTokenSha256: sha256(first) },
    { userId: user.id },
    { userId: user.id, guestTokenSha256: sha256(second) },
  ]);
});

test.each(["", "short", "x".repeat(42), "x".repeat(200), `${"x".repeat(43)}\n`, "x, y", 7, {}])(
  "with %j for a token people sign in as without one",
  async (guestToken) => {
    const meta = { guestToken: guestToken as string };
    const { user } = await registered(play, "noa", meta);
    await expect(signIn(play, user.email, meta)).resolves.toMatchObject({ success: true });
    expect(await toldOf(user.id)).toEqual([{ userId: user.id }, { userId: user.id }]);
  },
);

test("a refused sign-in, a refused registration and a refresh tell nothing", async () => {
  const { user, refreshToken } = await registered(play, "pia");
  const meta = { guestToken: aToken() };
  const refused = signIn(play, user.email, meta, "not the password");
  await expect(refused).rejects.toMatchObject({ type: "WRONG_CREDENTIALS" });
  const again = { username: usernameOf("pia"), email: user.email, password: PASSWORD };
  await expect(registeredAs(again, meta)).rejects.toMatchObject({ type: "ACCOUNT_EXISTS" });
  await play.call(Refresh, { refreshToken }, undefined, meta);
  expect(await toldOf(user.id)).toEqual([{ userId: user.id }]);
  const told = await play.told("identity", UserLoggedIn);
  expect(told.map((one) => one.guestTokenSha256)).not.toContain(sha256(meta.guestToken));
});

test("an account that is made for somebody is not a sign-in", async () => {
  const { userId } = await play.call(PutUser, {
    username: usernameOf("ria"),
    email: emailOf("ria"),
    roles: ["user"],
  });
  expect(await toldOf(userId)).toEqual([]);
});

test("the token is told and kept nowhere, and the hash is not shown to who watches", async () => {
  const guestToken = aToken();
  const { user } = await registered(play, "sam", { guestToken });
  const { sql } = play.db("identity");
  const row = await sql.row<{ text: string }>(
    `select (select string_agg(e::text, '') from event e) || (select string_agg(s::text, '') from
       sessions s) || (select string_agg(u::text, '') from users u) as text`,
  );
  expect(row?.text).toContain(sha256(guestToken));
  expect(row?.text).not.toContain(guestToken);
  expect(UserLoggedIn.rooms).toBeUndefined();
  const [told] = (await play.told("identity", UserRegistered)).filter(
    ({ userId }) => userId === user.id,
  );
  expect(JSON.stringify(told)).not.toContain(sha256(guestToken));
});

const registeredAs = (account: Params<typeof Register>, meta: Meta) =>
  play.call(Register, account, undefined, meta);
