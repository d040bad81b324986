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

let harness: Stage;
beforeAll(async () => {
  harness = await stage([identity]);
});
afterAll(() => harness.leave());

const aToken = () => randomBytes(32).toString("base64url");
const sha256 = (token: string) => createHash("sha256").update(token).digest("hex");
const toldOf = async (id: string) =>
  (await harness.published("identity", UserLoggedIn)).filter(({ userId }) => userId === id);

test("whoever registers has signed in, as the guest whose token came along", async () => {
  const guestToken = aToken();
  const { user } = await registered(harness, "lou", { guestToken });
  expect(await toldOf(user.id)).toEqual([
    { userId: user.id, guestTokenSha256: sha256(guestToken) },
  ]);
});

test("every sign-in is told once, with the hash of the token that came with it", async () => {
  const { user } = await registered(harness, "mia");
  const [first, second] = [aToken(), aToken()];
  await signIn(harness, user.email, { guestToken: first });
  await signIn(harness, user.email);
  await signIn(harness, user.email, { guestToken: second });
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
    const { user } = await registered(harness, "noa", meta);
    await expect(signIn(harness, user.email, meta)).resolves.toMatchObject({ success: true });
    expect(await toldOf(user.id)).toEqual([{ userId: user.id }, { userId: user.id }]);
  },
);

test("a refused sign-in, a refused registration and a refresh tell nothing", async () => {
  const { user, refreshToken } = await registered(harness, "pia");
  const meta = { guestToken: aToken() };
  const refused = signIn(harness, user.email, meta, "not the password");
  await expect(refused).rejects.toMatchObject({ type: "WRONG_CREDENTIALS" });
  const again = { username: usernameOf("pia"), email: user.email, password: PASSWORD };
  await expect(registeredAs(again, meta)).rejects.toMatchObject({ type: "ACCOUNT_EXISTS" });
  await harness.call(Refresh, { refreshToken }, undefined, meta);
  expect(await toldOf(user.id)).toEqual([{ userId: user.id }]);
  const published = await harness.published("identity", UserLoggedIn);
  expect(published.map((one) => one.guestTokenSha256)).not.toContain(sha256(meta.guestToken));
});

test("an account that is made for somebody is not a sign-in", async () => {
  const { userId } = await harness.call(PutUser, {
    username: usernameOf("ria"),
    email: emailOf("ria"),
    roles: ["user"],
  });
  expect(await toldOf(userId)).toEqual([]);
});

test("the token is told and kept nowhere, and the hash is not shown to who watches", async () => {
  const guestToken = aToken();
  const { user } = await registered(harness, "sam", { guestToken });
  const { sql } = harness.db("identity");
  const row = await sql.row<{ text: string }>(
    `select (select string_agg(e::text, '') from event e) || (select string_agg(s::text, '') from
       sessions s) || (select string_agg(u::text, '') from users u) as text`,
  );
  expect(row?.text).toContain(sha256(guestToken));
  expect(row?.text).not.toContain(guestToken);
  expect(UserLoggedIn.rooms).toBeUndefined();
  const [published] = (await harness.published("identity", UserRegistered)).filter(
    ({ userId }) => userId === user.id,
  );
  expect(JSON.stringify(published)).not.toContain(sha256(guestToken));
});

const registeredAs = (account: Params<typeof Register>, meta: Meta) =>
  harness.call(Register, account, undefined, meta);
