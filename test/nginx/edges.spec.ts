/** What nginx keeps from the gateways: floods, sizes, old TLS, plain HTTP, and what is nobody's business. */
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { connect as connectPlain } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { connect, type SecureVersion } from "node:tls";
import { routesOf } from "../../lib/contract.ts";
import { ACTIONS } from "../../services/registry.ts";
import { MAX_JSON_BYTES } from "../../services/gateway/http/body.ts";
import { announce, ask as askAt, type Question } from "./support/ask.ts";
import { type Nginx, startNginx } from "./support/nginx.ts";
import { type StandIn, standIn } from "./support/stand-in.ts";

/** As README.md says it for who stands behind a CDN: so one machine is as many addresses as it likes. */
const BEHIND_A_CDN = `
  set_real_ip_from 127.0.0.1;
  real_ip_header X-Forwarded-For;
  real_ip_recursive on;
`;
const at = (address: string) =>
  ({ headers: { "x-forwarded-for": address }, door: "plain" }) as const;

let gateway: StandIn;
let nginx: Nginx;
const ask = (address: string, question?: Question) => askAt(nginx, address, question);

beforeAll(async () => {
  gateway = await standIn();
  nginx = await startNginx({ gateways: [gateway.address], besides: BEHIND_A_CDN });
}, 60_000);
afterAll(async () => {
  await nginx.stop();
  await gateway.stop();
});
beforeEach(() => gateway.reset());

test("a flood from one address is refused, and troubles no other address", async () => {
  const flood: Awaited<ReturnType<typeof ask>>[] = [];
  const refusedOf = () => flood.filter(({ status }) => status === 429);
  // However slow the machine is, a flood goes on until it is one.
  while (refusedOf().length <= 20) {
    const wave = Array.from({ length: 10 }, () => ask("/products", at("192.0.2.1")));
    flood.push(...(await Promise.all(wave)));
  }
  const refused = refusedOf();
  expect(flood.length - refused.length).toBeGreaterThanOrEqual(100);
  expect(refused[0]?.headers["retry-after"]).toBe("1");
  expect((await ask("/products", at("192.0.2.2"))).status).toBe(200);
});

test("a provider may send as many webhooks at once as it has", async () => {
  const webhooks = Array.from({ length: 200 }, () =>
    ask("/payment/webhooks/stripe", { method: "POST", body: "{}", ...at("192.0.2.3") }),
  );
  expect(new Set((await Promise.all(webhooks)).map(({ status }) => status))).toEqual(
    new Set([200]),
  );
});

test("one address has at most 50 requests in work", async () => {
  const held: ServerResponse[] = [];
  gateway.answer((_, response) => void held.push(response));
  const waiting = Array.from({ length: 50 }, () => ask("/slow", at("192.0.2.4")));
  await gateway.arrived(50);
  expect((await ask("/slow", at("192.0.2.4"))).status).toBe(429);
  const another = ask("/slow", at("192.0.2.5"));
  await gateway.arrived(51);
  for (const response of held) response.end();
  const statuses = (await Promise.all([...waiting, another])).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test.each([
  ["/orders", MAX_JSON_BYTES],
  ["/api/orders", MAX_JSON_BYTES],
  ["/media", 11 * 1024 * 1024],
  ["/api/media", 11 * 1024 * 1024],
  ["/ai/image/analyze", 11 * 1024 * 1024],
  ["/products/import", 200 * 1024 * 1024],
  ["/api/stores/import", 200 * 1024 * 1024],
])("%s takes %d bytes, and not one more", async (address, maxBytes) => {
  expect(await announce(nginx, address, maxBytes)).toBe("continue");
  const refusal = await announce(nginx, address, maxBytes + 1);
  if (refusal === "continue") throw new Error("It would have been taken.");
  expect(refusal.status).toBe(413);
  expect(refusal.json()).toMatchObject({ code: "BODY_TOO_LARGE", maxBytes });
});

test("a body that does not say how large it is, is refused once it is too large", async () => {
  const socket = connectPlain(nginx.ports.plain, "127.0.0.1");
  socket.write(
    "POST /orders HTTP/1.1\r\nhost: a\r\nidempotency-key: k\r\ntransfer-encoding: chunked\r\n\r\n" +
      `${(MAX_JSON_BYTES + 1).toString(16)}\r\n${"x".repeat(MAX_JSON_BYTES + 1)}`,
  );
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 [^]*"code":"BODY_TOO_LARGE"/);
  expect(gateway.received).toHaveLength(0);
});

test("every file that a contract takes as a stream may be larger than JSON", async () => {
  const streaming = ACTIONS.filter(({ stream }) => stream).flatMap(routesOf);
  expect(streaming.length).toBeGreaterThan(0);
  for (const { path: address } of streaming)
    expect(await announce(nginx, address, MAX_JSON_BYTES + 1)).toBe("continue");
});

test.each([
  "/metrics",
  "/api/metrics",
  "/metrics/",
  "/%6detrics",
  "//metrics",
  "/x/../metrics",
  "/.env",
  "/.git/config",
  "/api/.env",
  "/.problem",
])("%s is not there", async (address) => {
  const seen = await ask(address);
  expect(seen.status).toBe(404);
  expect(seen.json()).toMatchObject({ code: "ROUTE_NOT_FOUND", status: 404 });
  expect(gateway.received).toHaveLength(0);
});

test("plain HTTP is sent to HTTPS with its path and query, but for health and certbot", async () => {
  const { https } = nginx.ports;
  const sent = await ask("/orders?x=1%20%C3%A9", { method: "POST", body: "{}", door: "http" });
  expect(sent.status).toBe(308);
  expect(sent.headers.location).toBe(`https://shop.example:${https}/orders?x=1%20%C3%A9`);
  expect(sent.headers["strict-transport-security"]).toBeUndefined();
  expect(gateway.received).toHaveLength(0);

  for (const address of ["/health", "/live", "/ready"])
    expect((await ask(address, { door: "http" })).status).toBe(200);

  const folder = path.join(nginx.folder, "acme/.well-known/acme-challenge");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "token"), "token.thumb");
  const challenge = "/.well-known/acme-challenge/";
  expect((await ask(`${challenge}token`, { door: "http" })).text).toBe("token.thumb");
  expect((await ask(`${challenge}other`, { door: "http" })).status).toBe(404);
  expect((await ask("/.well-known/jwks.json")).status).toBe(200);
});

test("only over TLS, and not on localhost, HTTPS is demanded for two years", async () => {
  const demanded = async (door: "https" | "plain", host: string) => {
    gateway.answer((_, response) => {
      response.writeHead(200, { "strict-transport-security": "max-age=1" }).end();
    });
    const seen = await ask("/products", { door, headers: { host } });
    return seen.lines.get("strict-transport-security");
  };
  const ours = ["max-age=63072000; includeSubDomains; preload"];
  expect(await demanded("https", "shop.example")).toEqual(ours);
  expect(await demanded("plain", "shop.example")).toBeUndefined();
  expect(await demanded("https", `localhost:${nginx.ports.https}`)).toBeUndefined();
});

async function handshake(version: SecureVersion) {
  const socket = connect({
    port: nginx.ports.https,
    host: "127.0.0.1",
    ca: nginx.ca,
    minVersion: version,
    maxVersion: version,
    ciphers: "DEFAULT@SECLEVEL=0",
    ALPNProtocols: ["h2"],
  });
  try {
    await once(socket, "secureConnect");
    return { cipher: socket.getCipher().name, protocol: socket.alpnProtocol };
  } finally {
    socket.destroy();
  }
}

test("TLS 1.2 and 1.3 are spoken, with HTTP/2 and a new key each time; older ones are not", async () => {
  const { cipher, protocol } = await handshake("TLSv1.2");
  expect(cipher).toMatch(/^ECDHE-.*(GCM|CHACHA20)/);
  expect(protocol).toBe("h2");
  expect((await handshake("TLSv1.3")).protocol).toBe("h2");
  for (const old of ["TLSv1.1", "TLSv1"] as const)
    await expect(handshake(old)).rejects.toThrow(/protocol version/i);
});
