import {
  ListRevokedSessions,
  Logout,
  Refresh,
  SessionRevoked,
  TokenReuseDetected,
} from "../../../services/identity/identity.contract.ts";
import identity from "../../../services/identity/identity.service.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { claimsOf, personOf, registered, type SignedIn, signIn } from "./people.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([identity]);
});
afterAll(() => harness.leave());

const refresh = (refreshToken: string) => harness.call(Refresh, { refreshToken });
const OVER = { type: "SESSION_ENDED", code: 401 };

/** As if the token had been used, and the session begun, so long before. */
const timePasses = (seconds: number) =>
  harness.db("identity").sequelize.query(
    `set session_replication_role = replica;
     update refresh_tokens set issued_at = issued_at - interval '${seconds} s',
       rotated_at = rotated_at - interval '${seconds} s';
     update sessions set created_at = created_at - interval '${seconds} s',
       last_seen_at = last_seen_at - interval '${seconds} s' where ended_at is null;
     set session_replication_role = origin`,
  );
const DAY = 24 * 60 * 60;

test("a token gives the next one, and an access token of the same session", async () => {
  const first = await registered(harness, "ada");
  const second = await refresh(first.refreshToken);
  expect(second.refreshToken).not.toBe(first.refreshToken);
  expect(second).toMatchObject({ success: true, expiresIn: 600, user: first.user });
  expect(second.message).toBe("Session renouvelée");
  expect(claimsOf(second.accessToken).sid).toBe(claimsOf(first.accessToken).sid);
  expect((await refresh(second.refreshToken)).refreshToken).not.toBe(second.refreshToken);
});

test("50 at once get the same successor, nobody is signed out, and the family goes on", async () => {
  const { refreshToken, user } = await registered(harness, "max");
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(refreshToken)));
  expect(new Set(answers.map((it) => it.refreshToken)).size).toBe(1);
  expect(new Set(answers.map((it) => claimsOf(it.accessToken).sid)).size).toBe(1);
  const rows = await harness
    .db("identity")
    .sql.rows(
      "select 1 from refresh_tokens t join sessions s on s.id = session_id where user_id = $1",
      [user.id],
    );
  expect(rows).toHaveLength(2);
  await refresh(answers[0]?.refreshToken ?? "");
});

test("a lost answer may be asked for again for ten seconds", async () => {
  const { refreshToken } = await registered(harness, "tom");
  const lost = await refresh(refreshToken);
  await timePasses(8);
  expect((await refresh(refreshToken)).refreshToken).toBe(lost.refreshToken);
});

describe("a token that was used before", () => {
  const expectAllOver = async ({ user, accessToken }: SignedIn, newest: string) => {
    await expect(refresh(newest)).rejects.toMatchObject(OVER);
    const { sessionId } = personOf({ accessToken });
    const { denials } = await harness.call(ListRevokedSessions, {});
    expect(denials.map((it) => it.sessionId)).toContain(sessionId);
    const stolen = await harness.published("identity", TokenReuseDetected);
    expect(stolen.filter(({ userId }) => userId === user.id)).toHaveLength(1);
    const revoked = await harness.published("identity", SessionRevoked);
    expect(revoked.filter(({ userId }) => userId === user.id)).toMatchObject([
      { reason: "token_reuse" },
    ]);
  };

  test("ends the whole session, once, when it comes after the ten seconds", async () => {
    const first = await registered(harness, "eva");
    const second = await refresh(first.refreshToken);
    await timePasses(11);
    const again = Array.from({ length: 5 }, () => refresh(first.refreshToken));
    for (const one of await Promise.allSettled(again))
      expect(one).toMatchObject({ status: "rejected", reason: OVER });
    await expectAllOver(first, second.refreshToken);
  });

  test("ends it at once when its successor has been used", async () => {
    const first = await registered(harness, "leo");
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject(OVER);
    await expectAllOver(first, third.refreshToken);
  });

  test("does not end the owner's other sessions", async () => {
    const first = await registered(harness, "gil");
    const other = await signIn(harness, first.user.email);
    await refresh((await refresh(first.refreshToken)).refreshToken);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject(OVER);
    await refresh(other.refreshToken);
  });
});

test.each([
  ["is not one of ours", "A".repeat(43)],
  ["has another form", "refresh me"],
])("a token that %s is refused", async (_, token) => {
  await expect(refresh(token)).rejects.toMatchObject(OVER);
});

test("an access token is no refresh token", async () => {
  const { accessToken } = await registered(harness, "kim");
  await expect(refresh(accessToken)).rejects.toMatchObject({ code: 400 });
});

test("a session that nobody used for a week is over", async () => {
  const { refreshToken } = await registered(harness, "sam");
  await timePasses(7 * DAY + 1);
  await expect(refresh(refreshToken)).rejects.toMatchObject(OVER);
});

test("a session ends after thirty days, however often it is used", async () => {
  let { refreshToken } = await registered(harness, "ali");
  for (let week = 0; week < 4; week += 1) {
    await timePasses(6 * DAY);
    ({ refreshToken } = await refresh(refreshToken));
  }
  await timePasses(6 * DAY - 300);
  const last = await refresh(refreshToken);
  // No access token outlives its session.
  expect(last.expiresIn).toBeLessThanOrEqual(300);
  await timePasses(301);
  await expect(refresh(last.refreshToken)).rejects.toMatchObject(OVER);
});

test("a session that its owner ended is over", async () => {
  const answer = await registered(harness, "ben");
  await harness.call(Logout, {}, personOf(answer));
  await expect(refresh(answer.refreshToken)).rejects.toMatchObject(OVER);
});

test("tokens are kept as hashes only", async () => {
  const { refreshToken } = await registered(harness, "una");
  const next = await refresh(refreshToken);
  const rows = await harness
    .db("identity")
    .sql.rows<{ text: string }>("select t::text as text from refresh_tokens t");
  const retained = rows.map(({ text }) => text).join("\n");
  expect(retained).not.toContain(refreshToken);
  expect(retained).not.toContain(next.refreshToken);
});

test("the database itself lets no token be used twice", async () => {
  const { refreshToken } = await registered(harness, "pia");
  await refresh(refreshToken);
  await expect(
    harness
      .db("identity")
      .sql.run(
        "update refresh_tokens set successor_hash = repeat('0', 64) where rotated_at is not null",
      ),
  ).rejects.toThrow("a refresh token is used once");
});
