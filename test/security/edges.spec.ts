/** What is wrong with a request before anybody looks at what it asks: its bytes, headers and method. */
import { type Company, company } from "../support/company.ts";
import { connect } from "node:net";
import type { Ask } from "../../operations/client/api-client.ts";
import { expectProblem } from "../support/answers.ts";
import { aShopper } from "../support/trade.ts";

let shop: Company;
let token: string;
beforeAll(async () => {
  shop = await company();
  ({ token } = await aShopper(shop));
}, 60_000);
afterAll(() => shop.leave());

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const keys = (n: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, i])));

const BODIES: readonly (readonly [string, string | Buffer, number, string])[] = [
  ["half an object", '{"email":', 400, "BODY_MALFORMED"],
  ["no JSON", "hello", 400, "BODY_MALFORMED"],
  ["two objects", "{}{}", 400, "BODY_MALFORMED"],
  ["a comma too many", '{"a":1,}', 400, "BODY_MALFORMED"],
  ["a list", "[]", 400, "BODY_MALFORMED"],
  ["nothing", "null", 400, "BODY_MALFORMED"],
  ["a text", '"text"', 400, "BODY_MALFORMED"],
  ["33 levels", nested(33), 400, "BODY_MALFORMED"],
  ["20,000 brackets", "[".repeat(20_000), 400, "BODY_MALFORMED"],
  ["10,001 fields", keys(10_001), 413, "BODY_TOO_LARGE"],
  ["more values than anybody sends", `{"a":[${"1,".repeat(10_001)}1]}`, 400, "BODY_MALFORMED"],
  ["more than 100 kB", JSON.stringify({ email: "a".repeat(100_001) }), 413, "BODY_TOO_LARGE"],
  ["a megabyte", JSON.stringify({ email: "a".repeat(1_000_000) }), 413, "BODY_TOO_LARGE"],
  ["__proto__", '{"__proto__":{"isAdmin":true}}', 400, "BODY_MALFORMED"],
  ["constructor.prototype", '{"constructor":{"prototype":{"x":1}}}', 400, "BODY_MALFORMED"],
  ["__proto__ with escapes", '{"\\u005f_proto__":1}', 400, "BODY_MALFORMED"],
  ["NUL", '{"email":"a\\u0000b"}', 400, "BODY_MALFORMED"],
  ["half a character", '{"email":"\\ud800"}', 400, "BODY_MALFORMED"],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400, "BODY_MALFORMED"],
  ["a number beyond all", '{"email":1e999}', 400, "BODY_MALFORMED"],
];

test.each(BODIES)("a body of %s is refused", async (_, body, status, code) => {
  const answer = await shop.http.ask("POST", "/auth/login", { body });
  expectProblem(answer, status, code, "en");
  expect(({} as { isAdmin?: boolean; x?: number }).isAdmin).toBeUndefined();
});

test("32 levels are read, and judged by the contract", async () => {
  const answer = await shop.http.ask("POST", "/auth/login", { body: nested(32) });
  expectProblem(answer, 400, "INVALID_INPUT", "en");
});

test("what comes without saying its length is refused where it becomes too much", async () => {
  const headers = { "transfer-encoding": "chunked" };
  const body = JSON.stringify({ email: "a".repeat(300_000) });
  const output = await raw([
    "POST /auth/login HTTP/1.1",
    "host: x",
    "content-type: application/json",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    "",
    body.length.toString(16),
    body,
    "0",
    "",
    "",
  ]);
  expect(output).toMatch(/^HTTP\/1\.1 413 /);
  expect(output).toContain("BODY_TOO_LARGE");
});

test.each([
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "application/jsonp",
])("a body of the type %s is refused", async (type) => {
  const asked = { body: "{}", headers: { "content-type": type } };
  expectProblem(await shop.http.ask("POST", "/auth/login", asked), 415, "BODY_NOT_JSON", "en");
});

const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x-${i}`, "1"]));
const REQUESTS: readonly (readonly [string, string, string, Ask, number, string])[] = [
  ["an address of 8 KiB", "GET", `/products?q=${"a".repeat(8_192)}`, {}, 414, "ADDRESS_TOO_LONG"],
  ["200 headers", "GET", "/products", { headers: many }, 431, "HEADERS_TOO_LARGE"],
  [
    "a header of 20 kB",
    "GET",
    "/",
    { headers: { x: "a".repeat(20_000) } },
    431,
    "HEADERS_TOO_LARGE",
  ],
  ["an address that is nobody's", "GET", "/nothing/here", {}, 404, "ROUTE_NOT_FOUND"],
  ["an address of the bus", "GET", "/~node/list", {}, 404, "ROUTE_NOT_FOUND"],
  ["an action's name", "POST", "/orders.place", { body: {} }, 404, "ROUTE_NOT_FOUND"],
  ["an action for services", "POST", "/inventory/reserve", { body: {} }, 404, "ROUTE_NOT_FOUND"],
  ["a path upwards", "GET", "/docs/../../config.ts", {}, 404, "ROUTE_NOT_FOUND"],
  ["an encoded path upwards", "GET", "/docs/%2e%2e%2fconfig.ts", {}, 404, "ROUTE_NOT_FOUND"],
  ["half an encoding", "GET", "/products/%zz", {}, 404, "ROUTE_NOT_FOUND"],
  ["an encoded NUL", "GET", "/products?q=%00", {}, 400, "ADDRESS_MALFORMED"],
  ["an unknown filter", "GET", "/orders?isAdmin=true", {}, 400, "INVALID_INPUT"],
  ["a filter twice", "GET", "/products?limit=1&limit=2", {}, 400, "INVALID_INPUT"],
  ["an object in the query", "GET", "/products?q[$ne]=1", {}, 400, "INVALID_INPUT"],
  ["a list of objects", "GET", "/prices?variantIds[][a]=1", {}, 400, "INVALID_INPUT"],
  ["DELETE of a list", "DELETE", "/orders", {}, 405, "METHOD_NOT_ALLOWED"],
  ["PUT of a product", "PUT", "/products/x", { body: {} }, 405, "METHOD_NOT_ALLOWED"],
  ["PATCH of a login", "PATCH", "/api/auth/login", { body: {} }, 405, "METHOD_NOT_ALLOWED"],
  ["TRACE", "TRACE", "/products", {}, 405, "METHOD_NOT_ALLOWED"],
];

test.each(REQUESTS)("%s is refused", async (_, method, path, asked, status, code) => {
  const answer = await shop.http.ask(method, path, { token, ...asked });
  expectProblem(answer, status, code);
});

test("what is refused leaves the connection as it was: the next request is answered", async () => {
  const one = [
    "POST /auth/login HTTP/1.1",
    "host: x",
    "content-type: text/plain",
    "content-length: 5",
    "",
    "hello",
  ].join("\r\n");
  const output = await raw([`${one}GET /health HTTP/1.1`, "host: x", "connection: close", "", ""]);
  expect(output.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 415", "HTTP/1.1 200"]);
});

test("what is no HTTP is told so", async () => {
  expect(await raw(["hello", "", ""])).toMatch(/^HTTP\/1\.1 400 [\s\S]*REQUEST_MALFORMED/);
});

test("HEAD is GET without the body", async () => {
  const [head, get] = await Promise.all([
    shop.http.ask("HEAD", "/products"),
    shop.http.ask("GET", "/products"),
  ]);
  expect({ ...head, headers: head.headers["content-type"] }).toEqual({
    status: 200,
    headers: get.headers["content-type"],
    body: {},
  });
});

test("OPTIONS answers to our own pages' origins only", async () => {
  const ask = (origin: string) =>
    shop.http.ask("OPTIONS", "/orders", {
      headers: { origin, "access-control-request-method": "POST" },
    });
  const ours = await ask("http://localhost:13008");
  expect(ours.headers["access-control-allow-origin"]).toBe("http://localhost:13008");
  for (const origin of ["https://evil.example", "null", "http://localhost:13008.evil.example"]) {
    const { headers } = await ask(origin);
    expect(headers["access-control-allow-origin"]).not.toBe(origin);
    expect(headers["access-control-allow-origin"]).not.toBe("*");
  }
});

test("every answer has the headers that protect browsers, and none that tells what we run", async () => {
  for (const path of ["/products", "/orders", "/nothing", "/health"]) {
    const { headers } = await shop.http.get(path);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
      "strict-transport-security": expect.stringContaining("max-age=63072000") as string,
    });
    expect(headers["x-powered-by"] ?? headers.server).toBeUndefined();
  }
  const own = await shop.http.get("/orders", token);
  expect(own.headers["cache-control"]).toBe("no-store");
});

/** The bytes as they are; answers all that came until the system closed the connection. */
function raw(lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(shop.base);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let output = "";
    socket.on("data", (bytes: Buffer) => (output += bytes.toString()));
    // The system may close while we still speak: what it said before counts.
    socket.on("error", (error) => (output === "" ? reject(error) : resolve(output)));
    socket.on("close", () => resolve(output));
    socket.write(lines.join("\r\n"));
  });
}
