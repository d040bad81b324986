/** What is read over HTTP: validators, conditions, encodings, languages and methods (RFC 9110). */
import { gunzipSync } from "node:zlib";
import { request } from "node:http";
import { type Company, company } from "../support/company.ts";
import { expectProblem } from "../support/answers.ts";
import { aShopper, aStore, goods, type Person, staff } from "../support/trade.ts";
import { anExpiredToken } from "../support/tokens.ts";

let shop: Company;
let editor: Person;
let store: { code: string };
beforeAll(async () => {
  shop = await company();
  [editor, store] = await Promise.all([staff(shop, "editor"), aStore(shop, { shipsWeb: true })]);
}, 60_000);
afterAll(() => shop.leave());

const ORIGIN = "http://localhost:3001";
const aGood = () => goods(shop, { stock: { [store.code]: 50 } });
const get = (path: string, headers: Record<string, string> = {}, token?: string) =>
  shop.http.ask<{ version?: number; name?: string }>("GET", path, { headers, token });
const etagOf = (answer: { headers: Readonly<Record<string, unknown>> }) =>
  String(answer.headers.etag);
const edit = (path: string, ifMatch: string, vendor: string) =>
  shop.http.ask<{ version: number }>("PATCH", path, {
    body: { vendor },
    token: editor.token,
    headers: { "if-match": ifMatch },
  });

/** The bytes as they come. */
function raw(path: string, headers: Record<string, string>) {
  return new Promise<{ headers: Record<string, unknown>; status: number; bytes: Buffer }>(
    (resolve, reject) => {
      const asking = request(`${shop.base}${path}`, { headers }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => {
          const { headers: given, statusCode: status = 0 } = response;
          resolve({ headers: given, status, bytes: Buffer.concat(parts) });
        });
      });
      asking.on("error", reject).end();
    },
  );
}

test("an editor may change what they were shown, from whichever page, kept or not", async () => {
  const path = `/products/${(await aGood()).productId}`;
  const fresh = etagOf(await get(path));
  expect(etagOf(await get(path))).toBe(fresh);
  expect(fresh).toMatch(/^"1-[0-9a-f]{24}"$/);
  expect(await edit(path, fresh, "First")).toMatchObject({ status: 200, body: { version: 2 } });

  const [french, elsewhere] = [
    await get(path, { "accept-language": "fr" }),
    await get(path, { origin: ORIGIN }),
  ];
  expect(etagOf(french)).not.toBe(etagOf(elsewhere));
  const edited = await edit(path, etagOf(french), "Second");
  expect(edited).toMatchObject({ status: 200, body: { version: 3 } });
  expect(etagOf(await get(path))).toBe(etagOf(edited));
  expectProblem(await edit(path, etagOf(elsewhere), "Third"), 409, "PRODUCT_CHANGED", "en");
});

test("what cannot be compared strongly is refused and changes nothing", async () => {
  const path = `/products/${(await aGood()).productId}`;
  const etag = etagOf(await get(path));
  for (const given of [`W/${etag}`, '"abc"', "nothing", '"1", "2"'])
    expectProblem(await edit(path, given, "Wrong"), 412, "PRECONDITION_FAILED", "en");
  expect((await get(path)).body).toMatchObject({ version: 1 });

  const ada = await aShopper(shop);
  const { variantId } = await aGood();
  const { body: cart } = await shop.http.post<{ id: string }>("/carts", {}, ada.token);
  const weak = { body: { variantId, quantity: 1 }, token: ada.token };
  const add = (headers: Record<string, string>) =>
    shop.http.ask("POST", `/carts/${cart.id}/lines`, { ...weak, headers });
  expectProblem(await add({ "if-match": 'W/"1"' }), 412, "PRECONDITION_FAILED", "en");
  expect((await get(`/carts/${cart.id}`, {}, ada.token)).body).toMatchObject({ lines: [] });
});

test("a price that changes no version changes the validator", async () => {
  const { productId, variantId, priceMinor } = await aGood();
  const path = `/products/${productId}`;
  const before = etagOf(await get(path));
  const prices = [{ variantId, currency: "EUR", priceMinor: priceMinor - 1 }];
  const set = { body: { prices }, token: editor.token };
  expect(await shop.http.ask("PUT", "/prices", set)).toMatchObject({ status: 200 });
  const { headers } = await changed(path, before);
  expect(etagOf({ headers })).toMatch(/^"1-/);
  expect(await edit(path, before, "Still version 1")).toMatchObject({ status: 200 });
});
async function changed(path: string, before: string) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await get(path, { "if-none-match": before });
    if (answer.status === 200 || Date.now() > deadline) return answer;
  }
}

test("what is known already is not sent again: kept, private, pages and the document", async () => {
  const ada = await aShopper(shop);
  const { body: cart } = await shop.http.post<{ id: string }>("/carts", {}, ada.token);
  const places: [string, string?][] = [
    [`/products/${(await aGood()).productId}`],
    ["/products?limit=1"],
    ["/openapi.json"],
    ["/docs"],
    [`/carts/${cart.id}`, ada.token],
  ];
  for (const [path, token] of places) {
    const etag = etagOf(await get(path, {}, token));
    expect([path, etag]).toEqual([path, expect.stringMatching(/^"[^"]+"$/)]);
    for (const given of [etag, `W/${etag}`, `"other", ${etag}`, "*"])
      for (const origin of [{}, { origin: ORIGIN }]) {
        const answer = await get(path, { "if-none-match": given, ...origin }, token);
        expect([path, given, answer.status, etagOf(answer)]).toEqual([path, given, 304, etag]);
      }
    expect((await get(path, { "if-none-match": '"other"' }, token)).status).toBe(200);
  }
});

test("each encoding has its own validator and says by what it varies", async () => {
  const { productId } = await aGood();
  await edit(`/products/${productId}`, '"1"', "v".repeat(200));
  const long = { title: { fr: "x", en: "x" }, description: { fr: "", en: "word ".repeat(600) } };
  const asked = { body: long, token: editor.token, headers: { "if-match": '"2"' } };
  expect(await shop.http.ask("PATCH", `/products/${productId}`, asked)).toMatchObject({
    status: 200,
  });
  for (const path of [`/products/${productId}`, "/openapi.json", "/"])
    for (const origin of [{}, { origin: ORIGIN }]) {
      const headers = { "accept-language": "en", ...origin };
      const plain = await raw(path, headers);
      const zipped = await raw(path, { ...headers, "accept-encoding": "br, gzip" });
      const refused = await raw(path, { ...headers, "accept-encoding": "gzip;q=0, *;q=1" });
      expect(zipped.headers["content-encoding"]).toBe("gzip");
      expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
      expect(refused.headers["content-encoding"]).toBeUndefined();
      expect(refused.headers.etag).toBe(plain.headers.etag);
      expect(zipped.headers.etag).not.toBe(plain.headers.etag);
      for (const { headers: given } of [plain, zipped])
        expect(given.vary).toBe("Accept-Encoding, Accept-Language, Origin");
    }
  const zipped = await raw(`/products/${productId}`, { "accept-encoding": "gzip" });
  expect(await edit(`/products/${productId}`, String(zipped.headers.etag), "Zip")).toMatchObject({
    status: 200,
  });
});

test("answers say in which language they are", async () => {
  const path = `/products/${(await aGood()).productId}`;
  for (const language of ["fr", "en", "fr"]) {
    const headers = { "accept-language": language };
    expect((await get(path, headers)).headers["content-language"]).toBe(language);
    expect((await get(path, headers)).headers["content-language"]).toBe(language);
    expect((await get("/nowhere", headers)).headers["content-language"]).toBe(language);
  }
});

test("links of campaigns lead to the same page, known filters still count", async () => {
  const path = `/products/${(await aGood()).productId}`;
  const plain = await get(path);
  const linked = await get(`${path}?utm_source=letter&fbclid=1&utm_source=again`);
  expect(linked).toMatchObject({ status: 200, body: plain.body });
  expect(etagOf(linked)).toBe(etagOf(plain));
  const filtered = await get("/products?vendor=nobody-at-all&utm_source=x");
  expect(filtered).toMatchObject({ status: 200, body: { products: [] } });
  expectProblem(await get("/products?limit=many&utm_source=x"), 400, "INVALID_INPUT", "en");
});

test("what is not possible says what is, and OPTIONS asks for it", async () => {
  const wrong = await shop.http.ask("DELETE", "/products");
  expectProblem(wrong, 405, "METHOD_NOT_ALLOWED", "en");
  const { status, headers } = await shop.http.ask("OPTIONS", "/products");
  expect({ status, allow: headers.allow }).toEqual({ status: 204, allow: wrong.headers.allow });
  const methods = new Set(String(headers.allow).split(", "));
  expect(methods).toEqual(new Set(["GET", "HEAD", "POST", "OPTIONS"]));
  expectProblem(await shop.http.ask("OPTIONS", "/nowhere"), 404, "ROUTE_NOT_FOUND", "en");
});

test("a sign-in that is over does not keep anybody from signing in, or from reading", async () => {
  const token = anExpiredToken(["user"]);
  const ask = (method: string, path: string, body?: object) =>
    shop.http.ask<{ refreshToken: string }>(method, path, { body, token });
  const email = `late-${Date.now()}@example.com`;
  const password = "a long enough secret of mine";
  const registered = await ask("POST", "/auth/register", {
    username: `late${Date.now()}`,
    email,
    password,
  });
  expect(registered).toMatchObject({ status: 201 });
  expect(await ask("POST", "/auth/login", { email, password })).toMatchObject({ status: 200 });
  const { refreshToken } = registered.body;
  expect(await ask("POST", "/auth/refresh", { refreshToken })).toMatchObject({ status: 200 });
  expect((await ask("GET", "/products")).status).toBe(200);
  expect((await ask("GET", `/products/${(await aGood()).productId}`)).status).toBe(200);

  for (const [method, path] of [
    ["GET", "/orders"],
    ["POST", "/carts"],
  ] as const) {
    const refused = await ask(method, path, method === "POST" ? {} : undefined);
    expectProblem(refused, 401, "TOKEN_EXPIRED", "en");
    expect(refused.headers["www-authenticate"]).toBe('Bearer error="invalid_token"');
  }
  expect((await get("/orders")).headers["www-authenticate"]).toBe("Bearer");
});

test("from outside nobody asks for the prices of somebody else", async () => {
  const [ada, bob] = await Promise.all([aShopper(shop), aShopper(shop)]);
  const { variantId } = await aGood();
  const lines = [{ variantId, quantity: 1 }];
  for (const token of [undefined, ada.token, bob.token]) {
    const named = await shop.http.post("/pricing/quote", { lines, customerId: ada.id }, token);
    expectProblem(named, 400, "INVALID_INPUT", "en");
  }
  expect((await shop.http.post("/pricing/quote", { lines }, bob.token)).status).toBe(200);
});
