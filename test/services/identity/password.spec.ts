import {
  ChangePassword,
  ListSessions,
  Refresh,
  SessionRevoked,
} from "../../../services/identity/identity.contract.ts";
import identity from "../../../services/identity/identity.service.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { PASSWORD, personOf, registered, type SignedIn, signIn } from "./people.ts";

let play: Stage;
beforeAll(async () => {
  play = await stage([identity]);
});
afterAll(() => play.leave());

const refresh = ({ refreshToken }: SignedIn) => play.call(Refresh, { refreshToken });
const OVER = { type: "SESSION_ENDED" };
const reasonsOf = async ({ user }: SignedIn) =>
  (await play.told("identity", SessionRevoked))
    .filter(({ userId }) => userId === user.id)
    .map(({ reason }) => reason);

describe("changing the password", () => {
  const next = "six pelicans in a boat";

  test("ends the other sessions, keeps this one, and the new one counts", async () => {
    const here = await registered(play, "rex");
    const other = await signIn(play, here.user.email);
    await play.call(ChangePassword, { current: PASSWORD, next }, personOf(here));
    await expect(refresh(other)).rejects.toMatchObject(OVER);
    await refresh(here);
    await expect(signIn(play, here.user.email)).rejects.toMatchObject({
      type: "WRONG_CREDENTIALS",
    });
    await signIn(play, here.user.email, {}, next);
    expect(await reasonsOf(here)).toEqual(["password_changed"]);
  });

  test("needs the current one", async () => {
    const here = await registered(play, "sue");
    await expect(
      play.call(ChangePassword, { current: "not the password", next }, personOf(here)),
    ).rejects.toMatchObject({ type: "PASSWORD_WRONG" });
    await signIn(play, here.user.email);
  });

  test("needs a good one", async () => {
    const here = await registered(play, "ted");
    await expect(
      play.call(ChangePassword, { current: PASSWORD, next: here.user.email }, personOf(here)),
    ).rejects.toMatchObject({ type: "PASSWORD_IS_YOUR_NAME" });
  });

  test("leaves no session of whoever signs in with the old one meanwhile", async () => {
    const here = await registered(play, "uma");
    const change = play.call(ChangePassword, { current: PASSWORD, next }, personOf(here));
    const others = await Promise.allSettled(
      Array.from({ length: 6 }, (_, n) => signIn(play, here.user.email, { ip: `198.51.100.${n}` })),
    );
    await change;
    const inside = others.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
    for (const one of inside) await expect(refresh(one)).rejects.toMatchObject(OVER);
    expect((await play.call(ListSessions, {}, personOf(here))).items).toHaveLength(1);
  });

  test("twice at once changes it once", async () => {
    const here = await registered(play, "val");
    const answers = await Promise.allSettled(
      ["seven pelicans in a boat", "eight pelicans in a boat"].map((it) =>
        play.call(ChangePassword, { current: PASSWORD, next: it }, personOf(here)),
      ),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});
