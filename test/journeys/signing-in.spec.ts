/** Accounts and languages, as the old clients know them. */
import { type Company, company, MODES } from "../support/company.ts";
import { expectProblem } from "../support/answers.ts";
import { eventually } from "../support/stage.ts";
import { aName, aShopper, type Person, staff } from "../support/trade.ts";
import { watcher } from "../support/watcher.ts";

const LOGINS = ["/auth/login", "/users/login", "/api/auth/login"] as const;
const FRENCH = [undefined, "", "fr", "fr-CH, en;q=0.5", "de", "en;q=0.1, fr"] as const;
const ENGLISH = ["en", "en-GB,fr;q=0.9", "de, en;q=0.8, fr;q=0.7"] as const;

describe.each(MODES)("signing in, %s", (mode) => {
  let shop: Company;
  let ada: Person;
  beforeAll(async () => {
    shop = await company(mode);
    ada = await aShopper(shop);
  }, 60_000);
  afterAll(() => shop.leave());

  const login = (path: string, language: string | undefined, password = ada.password) =>
    shop.http.ask("POST", path, {
      body: { email: ada.email, password },
      headers: { "accept-language": language ?? "" },
    });

  test("whoever registers is signed in, and is who they said", async () => {
    const named = aName("new");
    const { status, body } = await shop.http.post("/users/register", named);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { success: true, user: { username: named.username, email: named.email, role: "user" } },
    });
    const me = await shop.http.get("/users/me", String(body.token));
    expect(me).toMatchObject({ status: 200, body: body.user as object });
    expect(JSON.stringify(me.body)).not.toMatch(/password|hash|\$2[aby]\$/i);
  });

  test.each(LOGINS)("POST %s answers as it was promised", async (path) => {
    const { status, body, headers } = await login(path, undefined);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        success: true,
        message: "Connexion réussie",
        token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
        refreshToken: expect.any(String) as string,
        expiresIn: 600,
        user: { id: ada.id, username: ada.username, email: ada.email, role: "user" },
      },
    });
    expect(body.accessToken).toBe(body.token);
    expect(headers["cache-control"]).toBe("no-store");
  });

  test.each(FRENCH)("Accept-Language %j is spoken to in French", async (language) => {
    expect((await login("/auth/login", language)).body.message).toBe("Connexion réussie");
    const refused = await login("/auth/login", language, "not the password");
    expectProblem(refused, 401, "WRONG_CREDENTIALS", "fr");
  });

  test.each(ENGLISH)("Accept-Language %j is spoken to in English", async (language) => {
    expect((await login("/auth/login", language)).body.message).toBe("Signed in");
    const refused = await login("/auth/login", language, "not the password");
    expectProblem(refused, 401, "WRONG_CREDENTIALS", "en");
  });

  test("an unknown address is refused in the same words as a wrong password", async () => {
    const wrong = await login("/auth/login", "en", "not the password");
    const body = { email: "nobody.here@example.org", password: "not the password" };
    const unknown = await shop.http.post("/auth/login", body);
    const { traceId: _, ...output } = wrong.body;
    expect(unknown).toMatchObject({ status: wrong.status, body: output });
  });

  test("a name or an address belongs to one person", async () => {
    const { email, username } = ada;
    const other = aName("other");
    for (const taken of [{ email }, { username: username.toUpperCase() }]) {
      const answer = await shop.http.post("/auth/register", { ...other, ...taken });
      expectProblem(answer, 409, "ACCOUNT_EXISTS", "en");
    }
  });

  test("who signs out is out at once, on every gateway and live", async () => {
    const bob = await aShopper(shop);
    const live = await watcher(shop.base, bob.token);
    try {
      expect(await shop.http.post("/auth/logout", {}, bob.token)).toMatchObject({ status: 200 });
      await eventually(() => expect(live.connected).toBe(false), 1_000);
    } finally {
      live.close();
    }
    await eventually(
      async () => expectProblem(await shop.http.get("/users/me", bob.token), 401, "TOKEN_INVALID"),
      1_000,
    );
    await expect(watcher(shop.base, bob.token)).rejects.toThrow("TOKEN_INVALID");
  });

  test("other roles count at once: the old token is refused, the refreshed one may more", async () => {
    const [admin, eve] = await Promise.all([staff(shop, "admin"), aShopper(shop)]);
    const path = `/users/${eve.id}/roles`;
    const body = { roles: ["user", "editor"] };
    expect(await shop.http.get("/coupons", eve.token)).toMatchObject({ status: 403 });
    const given = await shop.http.ask("PUT", path, { body, token: admin.token });
    expect(given).toMatchObject({ status: 200, body: { roles: ["user", "editor"] } });
    await eventually(
      async () => expectProblem(await shop.http.get("/users/me", eve.token), 401, "TOKEN_INVALID"),
      1_000,
    );
    const { refreshToken } = eve;
    const next = await shop.http.post<{ token: string }>("/auth/refresh", { refreshToken });
    expect(await shop.http.get("/coupons", next.body.token)).toMatchObject({ status: 200 });
  });
});
