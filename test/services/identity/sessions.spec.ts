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
const received: string[] = [];
const listener = {
  name: "listener",
  events: {
    [SESSIONS_REVOKED]: (ctx: { params: { denials: { sessionId: string }[] } }) => {
      received.push(...ctx.params.denials.map(({ sessionId }) => sessionId));
    },
  },
};

let harness: Stage;
beforeAll(async () => {
  harness = await stage([identity, listener as never]);
});
afterAll(() => harness.leave());

const refresh = ({ refreshToken }: SignedIn) => harness.call(Refresh, { refreshToken });
const OVER = { type: "SESSION_ENDED" };
const denied = async () =>
  (await harness.call(ListRevokedSessions, {})).denials.map(({ sessionId }) => sessionId);
const sid = (answer: SignedIn) => personOf(answer).sessionId;
const reasonsOf = async ({ user }: SignedIn) =>
  (await harness.published("identity", SessionRevoked))
    .filter(({ userId }) => userId === user.id)
    .map(({ reason }) => reason);

test("signing out ends this session, refuses its access tokens everywhere, and no other's", async () => {
  const first = await registered(harness, "amy");
  const other = await signIn(harness, first.user.email);
  const answer = await harness.call(Logout, {}, personOf(first), { language: "en" });
  expect(answer).toEqual({ success: true, message: "Signed out" });

  await expect(refresh(first)).rejects.toMatchObject(OVER);
  await refresh(other);
  expect(await denied()).toContain(sid(first));
  expect(await denied()).not.toContain(sid(other));
  await eventually(() => expect(received).toContain(sid(first)));
});

test("a denial lasts longer than any access token of the session", async () => {
  const answer = await registered(harness, "ivy");
  await harness.call(Logout, {}, personOf(answer));
  const { denials } = await harness.call(ListRevokedSessions, {});
  const until = Date.parse(denials.find((it) => it.sessionId === sid(answer))?.until ?? "");
  expect(until).toBeGreaterThan(Date.now() + 630_000);
});

test("signing out twice is told once", async () => {
  const answer = await registered(harness, "joe");
  await harness.call(Logout, {}, personOf(answer));
  expect(await harness.call(Logout, {}, personOf(answer))).toMatchObject({ success: true });
  expect(await reasonsOf(answer)).toEqual(["logout"]);
});

test("signing out everywhere ends every session of the person, and nobody else's", async () => {
  const first = await registered(harness, "kai");
  const second = await signIn(harness, first.user.email);
  const stranger = await registered(harness, "lou");
  await harness.call(LogoutAll, {}, personOf(first));
  await expect(refresh(first)).rejects.toMatchObject(OVER);
  await expect(refresh(second)).rejects.toMatchObject(OVER);
  await refresh(stranger);
  expect(await denied()).toEqual(expect.arrayContaining([sid(first), sid(second)]));
  expect(await reasonsOf(first)).toEqual(["logout_all", "logout_all"]);
});

describe("the list of sessions", () => {
  test("shows where one is signed in, the newest first, page by page", async () => {
    const first = await registered(harness, "mia", { agent: "Firefox", ip: "192.0.2.1" });
    const second = await signIn(harness, first.user.email, { agent: "Till 4", ip: "192.0.2.2" });
    const person = personOf(first);
    const { items, next } = await harness.call(ListSessions, { limit: 1 }, person);
    expect(items).toMatchObject([{ agent: "Till 4", ip: "192.0.2.2", current: false }]);
    const rest = await harness.call(ListSessions, { limit: 1, after: next ?? "" }, person);
    expect(rest.items).toMatchObject([{ agent: "Firefox", ip: "192.0.2.1", current: true }]);
    expect(rest.next).toBeUndefined();
    await harness.call(Logout, {}, personOf(second));
    expect((await harness.call(ListSessions, {}, person)).items).toHaveLength(1);
  });

  test("a cursor that is not ours is refused", async () => {
    const person = personOf(await registered(harness, "mo"));
    const after = Buffer.from('["x"]').toString("base64url");
    await expect(harness.call(ListSessions, { after }, person)).rejects.toMatchObject({
      type: "CURSOR_INVALID",
    });
  });

  test("one of them can be ended by its owner, from another device", async () => {
    const lost = await registered(harness, "ned");
    const here = await signIn(harness, lost.user.email);
    const { items } = await harness.call(ListSessions, {}, personOf(here));
    const sessionId = items.find(({ current }) => !current)?.id ?? "";
    await harness.call(EndSession, { sessionId }, personOf(here));
    await expect(refresh(lost)).rejects.toMatchObject(OVER);
    await refresh(here);
    await expect(harness.call(EndSession, { sessionId }, personOf(here))).rejects.toMatchObject({
      type: "SESSION_NOT_FOUND",
    });
  });

  test("another's session is not found, and goes on", async () => {
    const owner = await registered(harness, "oli");
    const thief = personOf(await registered(harness, "pat"));
    const [session] = (await harness.call(ListSessions, {}, personOf(owner))).items;
    await expect(
      harness.call(EndSession, { sessionId: session?.id ?? "" }, thief),
    ).rejects.toMatchObject({ type: "SESSION_NOT_FOUND", code: 404 });
    await refresh(owner);
  });

  test("nobody sees any who is not signed in", async () => {
    await expect(harness.call(ListSessions, {})).rejects.toMatchObject({ type: "NOT_SIGNED_IN" });
  });
});

test("an access token is no principal of the bus, nor is a forged one", async () => {
  const { accessToken } = await registered(harness, "wes");
  const [head = "", , signature = ""] = accessToken.split(".");
  const claims = Buffer.from('{"sub":"root","roles":["admin"]}').toString("base64url");
  for (const principal of [accessToken, `${head}.${claims}.${signature}`, "root"])
    await expect(harness.call(ListSessions, {}, undefined, { principal })).rejects.toMatchObject({
      type: "TOKEN_INVALID",
      code: 401,
    });
});

test("the keys that verify access tokens are public, and only their public halves", async () => {
  const { keys } = await harness.call(ShowKeys, {});
  expect(keys).toHaveLength(1);
  expect(Object.keys(keys[0] ?? {}).sort()).toEqual(
    ["alg", "crv", "kid", "kty", "use", "x", "y"].sort(),
  );
});

test("what nobody can ask for any more is swept away, and nothing earlier", async () => {
  const { sql } = harness.db("identity");
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
