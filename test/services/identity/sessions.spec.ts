import {
  SESSIONS_REVOKED,
  EndSession,
  ListRevokedSessions,
  ListSessions,
  Logout,
  LogoutAll,
  Refresh,
  SessionRevoked,
  ShowKeys,
} from "../../../services/identity/identity.contract.ts";
import identity from "../../../services/identity/identity.service.ts";
import { sweep } from "../../../services/identity/store/attempts.store.ts";
import { eventually, stage, type Stage } from "../../support/stage.ts";
import { personOf, registered, type SignedIn, signIn } from "./people.ts";

/** What a gateway hears. */
const heard: string[] = [];
const listener = {
  name: "listener",
  events: {
    [SESSIONS_REVOKED]: (ctx: { params: { denials: { sessionId: string }[] } }) => {
      heard.push(...ctx.params.denials.map(({ sessionId }) => sessionId));
    },
  },
};

let play: Stage;
beforeAll(async () => {
  play = await stage([identity, listener as never]);
});
afterAll(() => play.leave());

const refresh = ({ refreshToken }: SignedIn) => play.call(Refresh, { refreshToken });
const OVER = { type: "SESSION_ENDED" };
const denied = async () =>
  (await play.call(ListRevokedSessions, {})).denials.map(({ sessionId }) => sessionId);
const sid = (answer: SignedIn) => personOf(answer).sessionId;
const reasonsOf = async ({ user }: SignedIn) =>
  (await play.told("identity", SessionRevoked))
    .filter(({ userId }) => userId === user.id)
    .map(({ reason }) => reason);

test("signing out ends this session, refuses its access tokens everywhere, and no other's", async () => {
  const first = await registered(play, "amy");
  const other = await signIn(play, first.user.email);
  const answer = await play.call(Logout, {}, personOf(first), { language: "en" });
  expect(answer).toEqual({ success: true, message: "Signed out" });

  await expect(refresh(first)).rejects.toMatchObject(OVER);
  await refresh(other);
  expect(await denied()).toContain(sid(first));
  expect(await denied()).not.toContain(sid(other));
  await eventually(() => expect(heard).toContain(sid(first)));
});

test("a denial lasts longer than any access token of the session", async () => {
  const answer = await registered(play, "ivy");
  await play.call(Logout, {}, personOf(answer));
  const { denials } = await play.call(ListRevokedSessions, {});
  const until = Date.parse(denials.find((it) => it.sessionId === sid(answer))?.until ?? "");
  expect(until).toBeGreaterThan(Date.now() + 630_000);
});

test("signing out twice is told once", async () => {
  const answer = await registered(play, "joe");
  await play.call(Logout, {}, personOf(answer));
  expect(await play.call(Logout, {}, personOf(answer))).toMatchObject({ success: true });
  expect(await reasonsOf(answer)).toEqual(["logout"]);
});

test("signing out everywhere ends every session of the person, and nobody else's", async () => {
  const first = await registered(play, "kai");
  const second = await signIn(play, first.user.email);
  const stranger = await registered(play, "lou");
  await play.call(LogoutAll, {}, personOf(first));
  await expect(refresh(first)).rejects.toMatchObject(OVER);
  await expect(refresh(second)).rejects.toMatchObject(OVER);
  await refresh(stranger);
  expect(await denied()).toEqual(expect.arrayContaining([sid(first), sid(second)]));
  expect(await reasonsOf(first)).toEqual(["logout_all", "logout_all"]);
});

describe("the list of sessions", () => {
  test("shows where one is signed in, the newest first, page by page", async () => {
    const first = await registered(play, "mia", { agent: "Firefox", ip: "192.0.2.1" });
    const second = await signIn(play, first.user.email, { agent: "Till 4", ip: "192.0.2.2" });
    const person = personOf(first);
    const { items, next } = await play.call(ListSessions, { limit: 1 }, person);
    expect(items).toMatchObject([{ agent: "Till 4", ip: "192.0.2.2", current: false }]);
    const rest = await play.call(ListSessions, { limit: 1, after: next ?? "" }, person);
    expect(rest.items).toMatchObject([{ agent: "Firefox", ip: "192.0.2.1", current: true }]);
    expect(rest.next).toBeUndefined();
    await play.call(Logout, {}, personOf(second));
    expect((await play.call(ListSessions, {}, person)).items).toHaveLength(1);
  });

  test("a cursor that is not ours is refused", async () => {
    const person = personOf(await registered(play, "mo"));
    const after = Buffer.from('["x"]').toString("base64url");
    await expect(play.call(ListSessions, { after }, person)).rejects.toMatchObject({
      type: "CURSOR_INVALID",
    });
  });

  test("one of them can be ended by its owner, from another device", async () => {
    const lost = await registered(play, "ned");
    const here = await signIn(play, lost.user.email);
    const { items } = await play.call(ListSessions, {}, personOf(here));
    const sessionId = items.find(({ current }) => !current)?.id ?? "";
    await play.call(EndSession, { sessionId }, personOf(here));
    await expect(refresh(lost)).rejects.toMatchObject(OVER);
    await refresh(here);
    await expect(play.call(EndSession, { sessionId }, personOf(here))).rejects.toMatchObject({
      type: "SESSION_NOT_FOUND",
    });
  });

  test("another's session is not found, and goes on", async () => {
    const owner = await registered(play, "oli");
    const thief = personOf(await registered(play, "pat"));
    const [session] = (await play.call(ListSessions, {}, personOf(owner))).items;
    await expect(
      play.call(EndSession, { sessionId: session?.id ?? "" }, thief),
    ).rejects.toMatchObject({ type: "SESSION_NOT_FOUND", code: 404 });
    await refresh(owner);
  });

  test("nobody sees any who is not signed in", async () => {
    await expect(play.call(ListSessions, {})).rejects.toMatchObject({ type: "NOT_SIGNED_IN" });
  });
});

test("an access token is no principal of the bus, nor is a forged one", async () => {
  const { accessToken } = await registered(play, "wes");
  const [head = "", , signature = ""] = accessToken.split(".");
  const claims = Buffer.from('{"sub":"root","roles":["admin"]}').toString("base64url");
  for (const principal of [accessToken, `${head}.${claims}.${signature}`, "root"])
    await expect(play.call(ListSessions, {}, undefined, { principal })).rejects.toMatchObject({
      type: "TOKEN_INVALID",
      code: 401,
    });
});

test("the keys that verify access tokens are public, and only their public halves", async () => {
  const { keys } = await play.call(ShowKeys, {});
  expect(keys).toHaveLength(1);
  expect(Object.keys(keys[0] ?? {}).sort()).toEqual(
    ["alg", "crv", "kid", "kty", "use", "x", "y"].sort(),
  );
});

test("what nobody can ask for any more is swept away, and nothing earlier", async () => {
  const { sql } = play.db("identity");
  const left = async () => ({
    sessions: (await sql.rows("select 1 from sessions")).length > 0,
    tokens: (await sql.rows("select 1 from refresh_tokens")).length > 0,
    denials: (await sql.rows("select 1 from token_denials")).length > 0,
  });
  const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60_000);
  await sweep(sql, new Date());
  expect(await left()).toEqual({ sessions: true, tokens: true, denials: true });
  await sweep(sql, inDays(59));
  expect(await left()).toEqual({ sessions: true, tokens: true, denials: false });
  await sweep(sql, inDays(61));
  expect(await left()).toEqual({ sessions: false, tokens: false, denials: false });
});
