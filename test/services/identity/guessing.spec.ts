import { ChangePassword, Login } from "../../../services/identity/identity.contract.ts";
import identity from "../../../services/identity/identity.service.ts";
import { sweep } from "../../../services/identity/store/attempts.store.ts";
import type { IdentityService } from "../../../services/identity/identity.types.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { emailOf, PASSWORD, personOf, registered, signIn } from "./people.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([identity]);
});
afterAll(() => harness.leave());

let lastAddress = 0;
const address = () => `2001:db8::${(lastAddress += 1).toString(16)}`;
const WRONG = { type: "WRONG_CREDENTIALS" };
const LOCKED = { type: "TOO_MANY_ATTEMPTS", code: 429 };

const guess = (email: string, ip: string) => signIn(harness, email, { ip }, "not the password");
async function guessTimes(times: number, email: string, ip: string) {
  for (let n = 0; n < times; n += 1) await expect(guess(email, ip)).rejects.toMatchObject(WRONG);
}

test("after ten failures nobody gets further from there, with the right password neither", async () => {
  const { user } = await registered(harness, "ana");
  const ip = address();
  await guessTimes(10, user.email, ip);
  const refused: unknown = await signIn(harness, user.email, { ip }).catch(
    (error: unknown) => error,
  );
  const { data } = refused as { data: { retryAfterSeconds: number } };
  expect(data.retryAfterSeconds).toBeGreaterThan(14 * 60);
  await expect(guess(user.email, ip)).rejects.toMatchObject(LOCKED);
  // From home the owner still gets in.
  await signIn(harness, user.email, { ip: address() });
});

test("an unknown address is locked as a known one is", async () => {
  const email = emailOf("nobody");
  const ip = address();
  await guessTimes(10, email, ip);
  await expect(guess(email, ip)).rejects.toMatchObject(LOCKED);
});

test("30 guesses at once are no more than ten", async () => {
  const { user } = await registered(harness, "bob");
  const ip = address();
  const { passwords } = harness.service<IdentityService>("identity");
  const before = passwords.status().computations;
  const answers = await Promise.allSettled(Array.from({ length: 30 }, () => guess(user.email, ip)));
  const types = answers.map((it) => (it.status === "rejected" ? it.reason.type : "in"));
  expect(types.filter((type) => type === WRONG.type)).toHaveLength(10);
  expect(types.filter((type) => type === LOCKED.type)).toHaveLength(20);
  expect(passwords.status().computations - before).toBe(10);
});

test("signing in often, or at once, locks nobody out", async () => {
  const { user } = await registered(harness, "cat");
  const ip = address();
  await Promise.all(Array.from({ length: 30 }, () => signIn(harness, user.email, { ip })));
});

test("who gets in is forgiven what they mistyped", async () => {
  const { user } = await registered(harness, "dan");
  const ip = address();
  await guessTimes(9, user.email, ip);
  await signIn(harness, user.email, { ip });
  await guessTimes(9, user.email, ip);
  await signIn(harness, user.email, { ip });
});

test("one who tries many accounts is locked out by their own address", async () => {
  const ip = address();
  const { user } = await registered(harness, "eli");
  await Promise.all(
    Array.from({ length: 50 }, () =>
      expect(guess(emailOf("spray"), ip)).rejects.toMatchObject(WRONG),
    ),
  );
  await expect(signIn(harness, user.email, { ip })).rejects.toMatchObject(LOCKED);
});

test("many who guess at one account lock it, but not on a device where its owner was", async () => {
  const { user, refreshToken } = await registered(harness, "fay");
  for (let n = 0; n < 10; n += 1) await guessTimes(10, user.email, address());
  const ip = address();
  await expect(signIn(harness, user.email, { ip })).rejects.toMatchObject(LOCKED);
  const known = { email: user.email, password: PASSWORD, refreshToken };
  expect(await harness.call(Login, known, undefined, { ip })).toMatchObject({ success: true });
});

test("another person's token makes no device known", async () => {
  const { user } = await registered(harness, "gus");
  const { refreshToken } = await registered(harness, "mallory");
  const ip = address();
  await guessTimes(10, user.email, ip);
  await expect(
    harness.call(Login, { email: user.email, password: PASSWORD, refreshToken }, undefined, { ip }),
  ).rejects.toMatchObject(LOCKED);
});

test("on a known device, too, one guesses ten times", async () => {
  const { user, refreshToken } = await registered(harness, "hal");
  const asked = { email: user.email, password: "not the password", refreshToken };
  for (let n = 0; n < 10; n += 1)
    await expect(harness.call(Login, asked, undefined, { ip: address() })).rejects.toMatchObject(
      WRONG,
    );
  await expect(harness.call(Login, asked, undefined, { ip: address() })).rejects.toMatchObject(
    LOCKED,
  );
});

test("guessing the current password of a stolen session is bound as well", async () => {
  const thief = personOf(await registered(harness, "ike"));
  const asked = { current: "not the password", next: "six pelicans in a boat" };
  const ip = address();
  const change = () => harness.call(ChangePassword, asked, thief, { ip });
  for (let n = 0; n < 10; n += 1)
    await expect(change()).rejects.toMatchObject({ type: "PASSWORD_WRONG" });
  await expect(change()).rejects.toMatchObject(LOCKED);
});

test("failures count for a while, and are then swept away", async () => {
  const { user } = await registered(harness, "jan");
  const ip = address();
  const { sql } = harness.db("identity");
  await guessTimes(10, user.email, ip);
  await sql.run(
    "update login_attempts set failed_at = failed_at - interval '15 min' where account = $1",
    [user.email],
  );
  await guessTimes(1, user.email, ip);
  const retained = () => sql.rows("select 1 from login_attempts where account = $1", [user.email]);
  await sweep(sql, new Date());
  expect(await retained()).toHaveLength(11);
  await sweep(sql, new Date(Date.now() + 50 * 60_000));
  expect(await retained()).toHaveLength(1);
});
