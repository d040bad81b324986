import { PutUser, UserUpdated } from "../../../services/identity/identity.contract.ts";
import identity from "../../../services/identity/identity.service.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { claimsOf, emailOf, PASSWORD, signIn, usernameOf } from "./people.ts";

let play: Stage;
beforeAll(async () => {
  play = await stage([identity]);
});
afterAll(() => play.leave());

describe("putting a person", () => {
  const person = (email = emailOf("seed")) => ({
    username: usernameOf("seed"),
    email,
    password: PASSWORD,
    roles: ["cashier" as const],
    stores: ["019a9d3e-7a3c-7000-8000-000000000001"],
    language: "fr" as const,
    firstName: "Inès",
    lastName: "Marchetti",
  });

  test("makes them once, also when asked by many at once", async () => {
    const ines = person();
    const answers = await Promise.all(Array.from({ length: 8 }, () => play.call(PutUser, ines)));
    expect(new Set(answers.map(({ userId }) => userId)).size).toBe(1);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    const { user } = await signIn(play, ines.email);
    expect(user).toMatchObject({ role: "cashier", stores: ines.stores, firstName: "Inès" });
    const claims = claimsOf((await signIn(play, ines.email)).accessToken);
    expect(claims.stores).toEqual(ines.stores);
  });

  test("until they have signed in, the last password that was said counts", async () => {
    const ines = person();
    const { userId } = await play.call(PutUser, ines);
    const again = { ...ines, password: "nine otters sleep late", roles: ["admin" as const] };
    expect(await play.call(PutUser, again)).toEqual({ userId, created: false });
    expect((await play.told("identity", UserUpdated)).at(-1)).toEqual({ userId });
    await expect(signIn(play, ines.email)).rejects.toMatchObject({ type: "WRONG_CREDENTIALS" });
    expect((await signIn(play, ines.email, {}, again.password)).user.role).toBe("admin");
  });

  test("who has signed in is left as they are", async () => {
    const ines = person();
    const { userId } = await play.call(PutUser, ines);
    await signIn(play, ines.email);
    await play.call(PutUser, { ...ines, password: "nine otters sleep late", roles: ["admin"] });
    const { user } = await signIn(play, ines.email);
    expect(user).toMatchObject({ id: userId, role: "cashier" });
  });

  test("without a password nobody can sign in, after as much work as always", async () => {
    const { password: _, ...ines } = person();
    await play.call(PutUser, ines);
    await expect(signIn(play, ines.email)).rejects.toMatchObject({ type: "WRONG_CREDENTIALS" });
  });
});
