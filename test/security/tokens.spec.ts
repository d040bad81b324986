/** Tokens over HTTP: what is forged, over or used twice opens nothing. */
import { type Company, company } from "../support/company.ts";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { config } from "../../config.ts";
import { keys, principalFor } from "../../lib/principal.ts";
import { expectProblem } from "../support/answers.ts";
import { eventually } from "../support/stage.ts";
import { aForgedToken, anExpiredToken, aToken } from "../support/tokens.ts";
import { aShopper } from "../support/trade.ts";

let shop: Company;
beforeAll(async () => {
  shop = await company();
}, 60_000);
afterAll(() => shop.leave());

interface Tokens {
  readonly token: string;
  readonly refreshToken: string;
}
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const me = (token: string) => shop.http.get("/users/me", token);
const refresh = (refreshToken: string) => shop.http.post<Tokens>("/auth/refresh", { refreshToken });

/** Longer after a rotation than a lost answer would be asked for again; no clock of ours is waited for. */
async function longAfter(): Promise<void> {
  const db = shop.db("identity");
  await db.transaction(async (tx) => {
    // Otherwise the database would not let anybody change what was used.
    await db.in(tx).run("set local session_replication_role = replica");
    await db
      .in(tx)
      .run(
        "update refresh_tokens set rotated_at = rotated_at - interval '1 minute' where rotated_at is not null",
      );
  });
}

const good = aToken({ roles: ["admin"] });
const [head = "", payload = "", signature = ""] = good.split(".");
const header = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string };
const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
const pem = String(keys.signing.publicKey.export({ type: "spki", format: "pem" }));
const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

const signedBy = (key: typeof stranger, over: object = {}, output: object = {}) => {
  const text = `${part({ ...header, ...over })}.${part({ ...claims, ...output })}`;
  const bytes = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
  return `${text}.${bytes.toString("base64url")}`;
};
const hmac = (secret: string) => {
  const text = `${part({ ...header, alg: "HS256" })}.${payload}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
};
const unsigned = (alg: string) => `${part({ ...header, alg })}.${payload}.`;

const FORGERIES: readonly (readonly [string, string])[] = [
  ["alg none", unsigned("none")],
  ["alg nOnE", unsigned("nOnE")],
  ["alg none with a signature", `${unsigned("none")}${signature}`],
  ["HS256 with the public key", hmac(pem)],
  ["HS256 with the system's secret", hmac(config.jwt.secrets[0])],
  ["another's key under our kid", signedBy(stranger)],
  ["a kid of nobody", signedBy(stranger, { kid: "0000000000000000" })],
  ["a kid that is a path", signedBy(stranger, { kid: "../../dev/null" })],
  ["a jwk of its own", signedBy(stranger, { jwk: { kty: "EC" } })],
  ["a jku", signedBy(keys.signing.privateKey, { jku: "https://example.org/keys" })],
  ["another audience", signedBy(keys.signing.privateKey, {}, { aud: "bus" })],
  ["another issuer", signedBy(keys.signing.privateKey, {}, { iss: "somebody" })],
  ["not yet valid", signedBy(keys.signing.privateKey, {}, { nbf: Date.now() / 1_000 + 3_600 })],
  ["a changed signature", aForgedToken(["admin"])],
  ["a cut signature", good.slice(0, -1)],
  ["no signature", `${head}.${payload}.`],
  [
    "a principal of the bus",
    principalFor({ id: "x", sessionId: "y", roles: ["admin"], stores: [] }),
  ],
  ["no token at all", "-"],
  ["a very long one", "a".repeat(8_000)],
];

test("what the forgeries are made of would open the door", async () => {
  expect((await shop.http.get("/coupons", good)).status).toBe(200);
  expect((await shop.http.get("/coupons", signedBy(keys.signing.privateKey))).status).toBe(200);
});

test.each(FORGERIES)("%s opens nothing", async (_, token) => {
  expectProblem(await shop.http.get("/coupons", token), 401, "TOKEN_INVALID", "en");
  const answer = await shop.http.get("/coupons", token);
  expect(answer.headers["www-authenticate"]).toBe('Bearer error="invalid_token"');
});

test.each([
  ["Basic", "Basic YTpi"],
  ["no scheme", good],
  ["two tokens", `Bearer ${good} ${good}`],
])("an Authorization header of %s opens nothing", async (_, authorization) => {
  const answer = await shop.http.ask("GET", "/coupons", { headers: { authorization } });
  expectProblem(answer, 401, "TOKEN_INVALID", "en");
});

test("an expired token says so, so that a client refreshes it", async () => {
  expectProblem(await me(anExpiredToken(["user"])), 401, "TOKEN_EXPIRED", "en");
});

test("an access token refreshes nothing, a refresh token opens nothing", async () => {
  const { token, refreshToken } = await aShopper(shop);
  expectProblem(await me(refreshToken), 401, "TOKEN_INVALID", "en");
  const answer = await refresh(token);
  expect([400, 401]).toContain(answer.status);
  expect(await me(token)).toMatchObject({ status: 200 });
});

test("of 50 refreshes at once there is one successor, and nobody is signed out", async () => {
  const shopper = await aShopper(shop);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => refresh(shopper.refreshToken)),
  );
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1);
  for (const { body } of answers.slice(0, 5))
    expect(await me(body.token)).toMatchObject({ status: 200, body: { id: shopper.id } });
  const next = await refresh(answers[0]?.body.refreshToken ?? "");
  expect(next).toMatchObject({ status: 200 });
  const sessions = await shop.http.get<{ items: object[] }>("/auth/sessions", next.body.token);
  expect(sessions.body.items).toHaveLength(1);
});

test("a refresh token that is used again later ends the whole session, others live on", async () => {
  const { email, password, refreshToken, token } = await aShopper(shop);
  const other = await shop.http.post<Tokens>("/auth/login", { email, password });
  const first = await refresh(refreshToken);
  const second = await refresh(first.body.refreshToken);
  await longAfter();
  expectProblem(await refresh(refreshToken), 401, "SESSION_ENDED", "en");
  for (const dead of [token, first.body.token, second.body.token])
    await eventually(async () => expectProblem(await me(dead), 401, "TOKEN_INVALID", "en"), 1_000);
  expectProblem(await refresh(second.body.refreshToken), 401, "SESSION_ENDED", "en");
  expect(await me(other.body.token)).toMatchObject({ status: 200 });
});

test("after signing out neither the access nor the refresh token is worth anything", async () => {
  const { token, refreshToken } = await aShopper(shop);
  expect(await shop.http.post("/auth/logout", {}, token)).toMatchObject({ status: 200 });
  await eventually(async () => expectProblem(await me(token), 401, "TOKEN_INVALID", "en"), 1_000);
  expectProblem(await refresh(refreshToken), 401, "SESSION_ENDED", "en");
});

test("another password ends every other session", async () => {
  const { email, password, token } = await aShopper(shop);
  const other = await shop.http.post<Tokens>("/auth/login", { email, password });
  const body = { current: password, next: `another ${password}` };
  expect(await shop.http.post("/auth/password/change", body, token)).toMatchObject({ status: 200 });
  await eventually(
    async () => expectProblem(await me(other.body.token), 401, "TOKEN_INVALID", "en"),
    1_000,
  );
  expectProblem(await refresh(other.body.refreshToken), 401, "SESSION_ENDED", "en");
  expect(await me(token)).toMatchObject({ status: 200 });
  expectProblem(await shop.http.post("/auth/login", { email, password }), 401, "WRONG_CREDENTIALS");
});

test("guessing is stopped, and the answer says for how long", async () => {
  const { email, password } = await aShopper(shop);
  const guess = (word: string) => shop.http.post("/auth/login", { email, password: word });
  const tried: number[] = [];
  for (let n = 0; n < 15; n += 1) tried.push((await guess(`guess number ${n}`)).status);
  expect(tried.slice(0, 3)).toEqual([401, 401, 401]);
  const stopped = await guess(password);
  expectProblem(stopped, 429, "TOO_MANY_ATTEMPTS", "en");
  expect(Number(stopped.headers["retry-after"])).toBeGreaterThan(0);
});
