/** The door itself: where things are, what it says of itself, and how it keeps answers. */
import { type Company, company } from "../support/company.ts";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { routesOf } from "../../lib/contract.ts";
import { ACTIONS, DOMAINS } from "../../services/contracts.ts";
import { expectProblem } from "../support/answers.ts";
import { requestsOf } from "../support/samples.ts";
import { aStore, goods, staff } from "../support/trade.ts";

let shop: Company;
beforeAll(async () => {
  shop = await company();
}, 60_000);
afterAll(() => shop.leave());

const ROUTES = ACTIONS.flatMap((action) =>
  requestsOf(action).map((request, i) => {
    const { method = "", path: address = "" } = routesOf(action)[i] ?? {};
    return [`${method} ${address}`, request, action] as const;
  }),
);
/** What differs from answer to answer. */
const VARYING = new Set(["traceId", "timestamp"]);
const steady = (body: object) =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !VARYING.has(name)));

test.each(ROUTES)("%s is at / and at /api alike", async (_, request, action) => {
  const { method, path: address, body } = request;
  // Whoever is not signed in changes nothing; what anybody may do is asked with a body that is none.
  const asked = {
    body: action.allow === "anyone" && method !== "GET" ? { no: "such field" } : body,
  };
  const [plain, prefixed] = await Promise.all([
    shop.http.ask(method, address, asked),
    shop.http.ask(method, `/api${address}`, asked),
  ]);
  expect({ status: prefixed.status, body: steady(prefixed.body) }).toEqual({
    status: plain.status,
    body: steady(plain.body),
  });
  expect(plain.body.code).not.toBe("ROUTE_NOT_FOUND");
  expect(plain.body.code).not.toBe("METHOD_NOT_ALLOWED");
});

test("every route of the documentation is there, and every route is documented", async () => {
  const { body } = await shop.http.get<{ paths: Record<string, object> }>("/openapi.json");
  const documented = Object.entries(body.paths).flatMap(([address, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${address}`),
  );
  const routes = ROUTES.map(([line]) => line.replace(/:(\w+)/g, "{$1}"));
  expect(documented.toSorted()).toEqual(routes.toSorted());
});

test("the documentation is valid OpenAPI, by a linter that is not ours", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "comptoir-openapi-"));
  try {
    const file = path.join(folder, "openapi.json");
    const { body } = await shop.http.get("/openapi.json");
    await writeFile(file, JSON.stringify(body));
    const linter = path.resolve("node_modules/.bin/redocly");
    const environment = { ...process.env, REDOCLY_TELEMETRY: "off", CI: "1", NODE_OPTIONS: "" };
    const options = { env: environment, cwd: folder, timeout: 60_000 };
    const linting = promisify(execFile)(linter, ["lint", "--extends=minimal", file], options);
    const said = await linting.catch((error: { stdout: string; stderr: string }) => error);
    expect(`${said.stdout}${said.stderr}`).toContain("Your API description is valid");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 90_000);

const HEALTH = { auth: "identity", users: "identity", products: "catalog", stores: "inventory" };
test.each([...Object.entries(HEALTH), ...DOMAINS.map((name) => [name, name] as const)])(
  "/api/%s/health is the health of %s, in five fields",
  async (area, service) => {
    for (const address of [`/api/${area}/health`, `/${area}/health`]) {
      const { status, body } = await shop.http.get(address);
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          status: "healthy",
          service,
          version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
          database: "connected",
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
        },
      });
    }
  },
);

test("a product's page is kept, is named by its ETag, and is another in each language", async () => {
  const { code } = await aStore(shop, { shipsWeb: true });
  const { productId, priceMinor } = await goods(shop, { stock: { [code]: 5 } });
  const get = (headers: Record<string, string>) =>
    shop.http.ask<{ name?: string }>("GET", `/products/${productId}`, { headers });
  await get({});
  const kept = await get({});
  const etag = String(kept.headers.etag);
  expect(await get({ "if-none-match": etag })).toMatchObject({ status: 304, body: {} });
  const french = await get({ "accept-language": "fr", "if-none-match": etag });
  expect(french).toMatchObject({ status: 200, body: { name: `${kept.body.name} (fr)` } });
  expect(french.headers.vary).toMatch(/accept-language/i);

  const editor = await staff(shop, "editor");
  const { body: page } = await get({});
  const { variantId } = page as { variantId?: string };
  const price = { variantId, currency: "EUR", priceMinor: priceMinor - 100 };
  const set = { body: { prices: [price] }, token: editor.token };
  expect(await shop.http.ask("PUT", "/prices", set)).toMatchObject({ status: 200 });
  const { eventually } = await import("../support/stage.ts");
  await eventually(async () =>
    expect(await get({ "if-none-match": etag })).toMatchObject({
      status: 200,
      body: { price: 898.99 },
    }),
  );
});

test("an editor who saw an older version of a product is told, by If-Match or by its number", async () => {
  const { code } = await aStore(shop, { shipsWeb: true });
  const { productId } = await goods(shop, { stock: { [code]: 5 } });
  const { token } = await staff(shop, "editor");
  const edit = (vendor: string, ifMatch: string) =>
    shop.http.ask<{ version: number }>("PATCH", `/products/${productId}`, {
      body: { vendor },
      token,
      headers: { "if-match": ifMatch },
    });
  const { body } = await shop.http.get<{ version: number }>(`/products/${productId}`);
  const first = await edit("Atelier", `"${body.version}"`);
  expect(first).toMatchObject({ status: 200, body: { vendor: "Atelier" } });
  expect(first.headers.etag).toBe(`"${first.body.version}"`);
  expectProblem(await edit("Other", `"${body.version}"`), 409, "PRODUCT_CHANGED", "en");
  expect(await edit("Other", String(first.headers.etag))).toMatchObject({ status: 200 });
});
