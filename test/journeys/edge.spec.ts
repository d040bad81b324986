/** The door itself: where things are, what it says of itself, and how it keeps answers. */
import { type Company, company } from "../support/company.ts";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { routesOf } from "../../lib/contract.ts";
import { ACTIONS, DOMAINS } from "../../services/registry.ts";
import { requestsOf } from "../support/samples.ts";

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
    body: action.allow === "public" && method !== "GET" ? { no: "such field" } : body,
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
    Object.keys(methods)
      .filter((key) => key !== "parameters")
      .map((method) => `${method.toUpperCase()} ${address}`),
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
    const output = await linting.catch((error: { stdout: string; stderr: string }) => error);
    expect(`${output.stdout}${output.stderr}`).toContain("Your API description is valid");
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
