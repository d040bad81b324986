/** What nginx tells a gateway, and what it gives back. */
import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { ask as askAt, type Question } from "./support/ask.ts";
import { type Nginx, startNginx } from "./support/nginx.ts";
import { type Answerer, type StandIn, standIn } from "./support/stand-in.ts";

let gateways: StandIn[];
let nginx: Nginx;
const ask = (path: string, question?: Question) => askAt(nginx, path, question);
const received = () => gateways.flatMap((one) => one.received);

beforeAll(async () => {
  gateways = [await standIn(), await standIn()];
  nginx = await startNginx({
    gateways: gateways.map(({ address }) => address),
  });
}, 60_000);
afterAll(async () => {
  await nginx.stop();
  await Promise.all(gateways.map((one) => one.stop()));
});
beforeEach(() => {
  for (const one of gateways) one.reset();
});
const everyGateway = (how: Answerer) => {
  for (const one of gateways) one.answer(how);
};

test("the configuration is in order", async () => {
  const output = await nginx.check();
  expect(output).toContain("syntax is ok");
  expect(output).not.toContain("[warn]");
});

test("a gateway hears of the sender what nginx knows, and nothing the sender says of itself", async () => {
  await ask("/orders?limit=1", {
    headers: {
      "x-forwarded-for": "1.2.3.4",
      "x-forwarded-proto": "gopher",
      "x-forwarded-host": "evil.example",
      "x-real-ip": "1.2.3.4",
      "x-request-id": "mine",
      "x-correlation-id": "mine",
      forwarded: "for=1.2.3.4",
      proxy: "http://evil.example",
      traceparent: "00-mine",
      tracestate: "mine=1",
      authorization: "Bearer abc",
      "idempotency-key": "k",
    },
  });
  const [one] = received();
  expect(one?.url).toBe("/orders?limit=1");
  expect(one?.headers).toMatchObject({
    host: `shop.example:${nginx.ports.https}`,
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-proto": "https",
    "x-forwarded-host": `shop.example:${nginx.ports.https}`,
    "x-real-ip": "127.0.0.1",
    "x-request-id": expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    authorization: "Bearer abc",
    "idempotency-key": "k",
  });
  for (const name of ["forwarded", "proxy", "x-correlation-id", "traceparent", "tracestate"])
    expect(one?.headers[name]).toBeUndefined();
});

test("a trace that is well formed is carried on, and its id and nginx's are in the log and the answer", async () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const { headers } = await ask("/orders?token=secret", {
    headers: { traceparent, tracestate: "a=1", authorization: "Bearer secret" },
  });
  const [one] = received();
  expect(one?.headers).toMatchObject({ traceparent, tracestate: "a=1" });
  const traceId = String(one?.headers["x-request-id"]);
  expect(headers["x-request-id"]).toBe(traceId);
  const line = (await nginx.lines()).find((it) => it.traceId === traceId);
  expect(line).toMatchObject({ level: "info", method: "GET", path: "/orders", status: 200 });
  expect(JSON.stringify(line)).not.toContain("secret");
});

test("gateways are asked in turn", async () => {
  for (let i = 0; i < 8; i += 1) await ask("/products");
  expect(gateways.map((one) => one.received.length)).toEqual([4, 4]);
});

test("a webhook arrives byte for byte", async () => {
  const body = Buffer.concat([Buffer.from('{ "a" : 1.0,\r\n "é":"\\u00e9" }\t'), randomBytes(500)]);
  await ask("/payment/webhooks/stripe", {
    method: "POST",
    body,
    headers: { "webhook-signature": "t=1,v1=ab" },
  });
  const [one] = received();
  expect(one?.body.equals(body)).toBe(true);
  expect(one?.headers["webhook-signature"]).toBe("t=1,v1=ab");
});

test("a long answer is compressed for who can read it, and its ETag still means the same afterwards", async () => {
  const long = JSON.stringify({ text: "abc ".repeat(1_000) });
  everyGateway((_, response) => {
    response.writeHead(200, { "content-type": "application/json", etag: '"3"' }).end(long);
  });
  const packed = await ask("/products/1", { headers: { "accept-encoding": "gzip" } });
  expect(packed.headers["content-encoding"]).toBe("gzip");
  expect(packed.headers.vary).toContain("Accept-Encoding");
  expect(gunzipSync(packed.bytes).toString()).toBe(long);
  expect((await ask("/products/1")).text).toBe(long);

  const etag = String(packed.headers.etag);
  await ask("/products/1", {
    method: "PATCH",
    body: "{}",
    headers: { "if-match": etag, "if-none-match": etag },
  });
  const changed = received().find(({ method }) => method === "PATCH");
  expect(changed?.headers).toMatchObject({ "if-match": '"3"', "if-none-match": '"3"' });
});

test("public files may be kept for good, unless the service says otherwise or there is none", async () => {
  const says = async (path: string, status = 200, own?: string) => {
    everyGateway((_, response) => {
      response.writeHead(status, own === undefined ? {} : { "cache-control": own }).end("x");
    });
    return (await ask(path)).lines.get("cache-control");
  };
  const forGood = ["public, max-age=31536000, immutable"];
  expect(await says("/media/public/1")).toEqual(forGood);
  expect(await says("/api/media/public/1", 206)).toEqual(forGood);
  expect(await says("/media/public/1", 200, "no-store")).toEqual(["no-store"]);
  for (const status of [302, 404, 500])
    expect(await says("/media/public/1", status)).toBeUndefined();
  expect(await says("/media/1")).toBeUndefined();
});
