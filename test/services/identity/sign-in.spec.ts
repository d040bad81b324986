import {
  Login,
  Me,
  Register,
  UserRegistered,
} from "../../../services/identity/identity.contract.ts";
import identity from "../../../services/identity/identity.service.ts";
import { passwordPool } from "../../../services/identity/adapters/passwords/pool.ts";
import type { IdentityService } from "../../../services/identity/identity.types.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { claimsOf, emailOf, PASSWORD, personOf, registered, signIn, usernameOf } from "./people.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([identity]);
});
afterAll(() => harness.leave());

describe("registering", () => {
  test("makes an account, signs in and tells it once", async () => {
    const email = emailOf("Lea");
    const username = usernameOf("Lea");
    const answer = await harness.call(Register, {
      username,
      email: email.toUpperCase(),
      password: PASSWORD,
      firstName: "Léa",
      language: "en",
    });
    expect(answer).toMatchObject({ success: true, message: "Compte créé", expiresIn: 600 });
    expect(answer.user).toEqual({
      id: expect.any(String),
      username,
      email: email.toLowerCase(),
      role: "user",
      roles: ["user"],
      stores: [],
      firstName: "Léa",
      language: "en",
      createdAt: expect.any(String),
    });
    const published = await harness.published("identity", UserRegistered);
    expect(published.filter(({ userId }) => userId === answer.user.id)).toEqual([
      { userId: answer.user.id },
    ]);
  });

  test("an address that is taken is refused, in any capitals, and says so", async () => {
    const { user } = await registered(harness, "paul");
    await expect(
      harness.call(Register, {
        username: usernameOf("paul"),
        email: user.email.toUpperCase(),
        password: PASSWORD,
      }),
    ).rejects.toMatchObject({ type: "ACCOUNT_EXISTS", code: 409, data: { taken: "email" } });
  });

  test("a name that is taken is refused, in any capitals, and says so", async () => {
    const { user } = await registered(harness, "rosa");
    await expect(
      harness.call(Register, {
        username: user.username.toUpperCase(),
        email: emailOf("rosa"),
        password: PASSWORD,
      }),
    ).rejects.toMatchObject({ type: "ACCOUNT_EXISTS", data: { taken: "username" } });
  });

  test("of many who want one name at once, one gets it", async () => {
    const username = usernameOf("everybody");
    const answers = await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) =>
        harness.call(Register, { username, email: emailOf(`one${n}`), password: PASSWORD }),
      ),
    );
    const refused = answers.flatMap((it) => (it.status === "rejected" ? [it.reason.type] : []));
    expect(refused).toEqual(Array.from({ length: 11 }, () => "ACCOUNT_EXISTS"));
  });

  test("nobody chooses their roles", async () => {
    const greedy = { username: usernameOf("eve"), email: emailOf("eve"), password: PASSWORD };
    await expect(
      harness.call(Register, { ...greedy, roles: ["admin"] } as typeof greedy),
    ).rejects.toMatchObject({ type: "INVALID_INPUT" });
  });

  test.each([
    ["too short", "short", "PASSWORD_TOO_SHORT"],
    ["too common", "password1234", "PASSWORD_TOO_COMMON"],
    ["too long", "long and longer ".repeat(20), "PASSWORD_TOO_LONG"],
  ])("a password that is %s is refused", async (_, password, type) => {
    await expect(
      harness.call(Register, { username: usernameOf("ann"), email: emailOf("ann"), password }),
    ).rejects.toMatchObject({ type, code: 400 });
  });
});

describe("signing in", () => {
  test("answers exactly what was promised, in the caller's language", async () => {
    const { user } = await registered(harness, "nina");
    const answer = await signIn(harness, user.email, { language: "en" });
    expect(answer).toEqual({
      success: true,
      message: "Signed in",
      token: answer.accessToken,
      accessToken: expect.any(String),
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      expiresIn: 600,
      user,
    });
    expect((await signIn(harness, user.email)).message).toBe("Connexion réussie");
  });

  test("gives an access token for ten minutes that says who it is and in which session", async () => {
    const { user } = await registered(harness, "omar");
    const first = claimsOf((await signIn(harness, user.email)).accessToken);
    const second = claimsOf((await signIn(harness, user.email)).accessToken);
    expect(first).toMatchObject({ sub: user.id, aud: "api", roles: ["user"] });
    expect(first.exp - first.iat).toBe(600);
    expect(second.sid).not.toBe(first.sid);
  });

  test("a wrong password and an unknown address are refused alike", async () => {
    const { user } = await registered(harness, "iris");
    const wrong = await refusal(signIn(harness, user.email, {}, "not the password"));
    const unknown = await refusal(signIn(harness, emailOf("nobody"), {}, "not the password"));
    expect(wrong).toEqual(unknown);
    expect(wrong).toMatchObject({ type: "WRONG_CREDENTIALS", code: 401 });
  });

  test("an unknown address costs as much hashing as a known one", async () => {
    const { user } = await registered(harness, "hugo");
    const { passwords } = harness.service<IdentityService>("identity");
    const spentOn = async (email: string) => {
      const { computations, rounds } = passwords.status();
      await refusal(signIn(harness, email, { ip: "192.0.2.9" }, "not the password"));
      const after = passwords.status();
      return [after.computations - computations, after.rounds - rounds];
    };
    expect(await spentOn(emailOf("nobody"))).toEqual(await spentOn(user.email));
  });

  test("a hash that was made with fewer rounds than today's is made anew", async () => {
    const { user } = await registered(harness, "abel");
    const service = harness.service<IdentityService>("identity");
    const [before, today] = [service.passwords, passwordPool({ cost: 5 })];
    const hash = async () =>
      (
        await service.db.sql.row<{ hash: string }>(
          "select password_hash as hash from users where id = $1",
          [user.id],
        )
      )?.hash;
    expect(await hash()).toMatch(/^\$2b\$04\$/);
    service.passwords = today;
    await signIn(harness, user.email);
    service.passwords = before;
    await today.close();
    expect(await hash()).toMatch(/^\$2b\$05\$/);
    await signIn(harness, user.email);
  });

  test("the account is shown to its owner, and to nobody who is not signed in", async () => {
    const answer = await registered(harness, "jade");
    expect(await harness.call(Me, {}, personOf(answer))).toEqual(answer.user);
    await expect(harness.call(Me, {})).rejects.toMatchObject({ type: "NOT_SIGNED_IN", code: 401 });
  });

  test("a password is never answered, stored or told as it is", async () => {
    const { user } = await registered(harness, "zoe");
    const row = await harness.db("identity").sql.row<{ text: string }>(
      `select (select string_agg(u::text, '') from users u where id = $1)
           || (select string_agg(e::text, '') from event e where key = $1::text) as text`,
      [user.id],
    );
    expect(row?.text).toContain("$2b$04$");
    expect(row?.text).not.toContain(PASSWORD);
  });
});

test("an unknown field is refused at sign-in", async () => {
  const given = { email: emailOf("x"), password: PASSWORD, role: "admin" };
  await expect(harness.call(Login, given)).rejects.toMatchObject({ type: "INVALID_INPUT" });
});

const refusal = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    ({ type, code, message, data }: Record<string, unknown>) => ({ type, code, message, data }),
  );
