import { PutUser, UserUpdated } from "../../../services/identity/identity.contract.ts";
import identity from "../../../services/identity/identity.service.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { claimsOf, emailOf, PASSWORD, signIn, usernameOf } from "./people.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([identity]);
});
afterAll(() => harness.leave());

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
    const answers = await Promise.all(Array.from({ length: 8 }, () => harness.call(PutUser, ines)));
    expect(new Set(answers.map(({ userId }) => userId)).size).toBe(1);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    const { user } = await signIn(harness, ines.email);
    expect(user).toMatchObject({ role: "cashier", stores: ines.stores, firstName: "Inès" });
    const claims = claimsOf((await signIn(harness, ines.email)).accessToken);
    expect(claims.stores).toEqual(ines.stores);
  });

  test("until they have signed in, the last password that was said counts", async () => {
    const ines = person();
    const { userId } = await harness.call(PutUser, ines);
    const again = { ...ines, password: "nine otters sleep late", roles: ["admin" as const] };
    expect(await harness.call(PutUser, again)).toEqual({ userId, created: false });
    expect((await harness.published("identity", UserUpdated)).at(-1)).toEqual({ userId });
    await expect(signIn(harness, ines.email)).rejects.toMatchObject({ type: "WRONG_CREDENTIALS" });
    expect((await signIn(harness, ines.email, {}, again.password)).user.role).toBe("admin");
  });

  test("who has signed in is left as they are", async () => {
    const ines = person();
    const { userId } = await harness.call(PutUser, ines);
    await signIn(harness, ines.email);
    await harness.call(PutUser, { ...ines, password: "nine otters sleep late", roles: ["admin"] });
    const { user } = await signIn(harness, ines.email);
    expect(user).toMatchObject({ id: userId, role: "cashier" });
  });

  test("without a password nobody can sign in, after as much work as always", async () => {
    const { password: _, ...ines } = person();
    await harness.call(PutUser, ines);
    await expect(signIn(harness, ines.email)).rejects.toMatchObject({ type: "WRONG_CREDENTIALS" });
  });
});
