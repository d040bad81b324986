import {
  ChangePassword,
  ListSessions,
  Refresh,
  SessionRevoked,
} from "../../../services/identity/identity.contract.ts";
import identity from "../../../services/identity/identity.service.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { PASSWORD, personOf, registered, type SignedIn, signIn } from "./people.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([identity]);
});
afterAll(() => harness.leave());

const refresh = ({ refreshToken }: SignedIn) => harness.call(Refresh, { refreshToken });
const OVER = { type: "SESSION_ENDED" };
const reasonsOf = async ({ user }: SignedIn) =>
  (await harness.published("identity", SessionRevoked))
    .filter(({ userId }) => userId === user.id)
    .map(({ reason }) => reason);

describe("changing the password", () => {
  const next = "six pelicans in a boat";

  test("ends the other sessions, keeps this one, and the new one counts", async () => {
    const here = await registered(harness, "rex");
    const other = await signIn(harness, here.user.email);
    await harness.call(ChangePassword, { current: PASSWORD, next }, personOf(here));
    await expect(refresh(other)).rejects.toMatchObject(OVER);
    await refresh(here);
    await expect(signIn(harness, here.user.email)).rejects.toMatchObject({
      type: "WRONG_CREDENTIALS",
    });
    await signIn(harness, here.user.email, {}, next);
    expect(await reasonsOf(here)).toEqual(["password_changed"]);
  });

  test("needs the current one", async () => {
    const here = await registered(harness, "sue");
    await expect(
      harness.call(ChangePassword, { current: "not the password", next }, personOf(here)),
    ).rejects.toMatchObject({ type: "PASSWORD_WRONG" });
    await signIn(harness, here.user.email);
  });

  test("needs a good one", async () => {
    const here = await registered(harness, "ted");
    await expect(
      harness.call(ChangePassword, { current: PASSWORD, next: here.user.email }, personOf(here)),
    ).rejects.toMatchObject({ type: "PASSWORD_IS_YOUR_NAME" });
  });

  test("leaves no session of whoever signs in with the old one meanwhile", async () => {
    const here = await registered(harness, "uma");
    const change = harness.call(ChangePassword, { current: PASSWORD, next }, personOf(here));
    const others = await Promise.allSettled(
      Array.from({ length: 6 }, (_, n) =>
        signIn(harness, here.user.email, { ip: `198.51.100.${n}` }),
      ),
    );
    await change;
    const inside = others.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
    for (const one of inside) await expect(refresh(one)).rejects.toMatchObject(OVER);
    expect((await harness.call(ListSessions, {}, personOf(here))).items).toHaveLength(1);
  });

  test("twice at once changes it once", async () => {
    const here = await registered(harness, "val");
    const answers = await Promise.allSettled(
      ["seven pelicans in a boat", "eight pelicans in a boat"].map((it) =>
        harness.call(ChangePassword, { current: PASSWORD, next: it }, personOf(here)),
      ),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});
