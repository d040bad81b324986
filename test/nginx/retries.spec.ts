/** What nginx asks a second time, and what it never does. */
import { routesOf } from "../../lib/contract.ts";
import { ACTIONS } from "../../services/registry.ts";
import { ask as askAt, type Question } from "./support/ask.ts";
import { type Nginx, startNginx } from "./support/nginx.ts";
import { type Answerer, dies, type StandIn, standIn } from "./support/stand-in.ts";

let gateways: StandIn[];
let nginx: Nginx;
const ask = (path: string, question?: Question) => askAt(nginx, path, question);
const received = () => gateways.flatMap((one) => one.received);

beforeAll(async () => {
  gateways = [await standIn(), await standIn()];
  nginx = await startNginx({
    gateways: gateways.map(({ address }) => address),
    // Who dies on purpose again and again is asked again and again here.
    settings: { NGINX_RATE: "1000r/s" },
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
/** The gateway that is asked first does as it is told; all others answer. */
const theFirst = (how: Answerer) =>
  everyGateway((request, response, raw) => {
    if (received().length === 1) how(request, response, raw);
    else response.writeHead(200, { "content-type": "application/json" }).end('{"by":"another"}');
  });

test.each([500, 502, 503, 504])(
  "%d of a gateway is its answer, and is passed on once",
  async (status) => {
    everyGateway((_, response) => {
      response
        .writeHead(status, { "content-type": "application/problem+json" })
        .end('{"code":"ITS_OWN"}');
    });
    for (let i = 0; i < 8; i += 1) {
      const answer = await ask("/products");
      expect({ status: answer.status, ...answer.json() }).toEqual({ status, code: "ITS_OWN" });
    }
    // Nor has either been put aside for it.
    expect(gateways.map((one) => one.received.length)).toEqual([4, 4]);
  },
);

const KEY = { "idempotency-key": "order-1" };
const body = '{"quantity":1}';
test.each<[string, string, Question]>([
  ["a read", "/products", {}],
  ["a PUT", "/prices", { method: "PUT", body }],
  ["a DELETE", "/categories/1", { method: "DELETE" }],
  ["a POST with a key", "/orders", { method: "POST", body, headers: KEY }],
  ["a PATCH with a key", "/api/orders/1", { method: "PATCH", body, headers: KEY }],
  ["a webhook", "/payment/webhooks/stripe", { method: "POST", body }],
  ["a webhook under /api", "/api/payment/webhooks/stripe", { method: "POST", body }],
  ["a question that is too long for a GET", "/pricing/quote", { method: "POST", body }],
])("%s whose gateway dies over it is asked once more", async (_, path, question) => {
  theFirst(dies);
  const { status, text } = await ask(path, question);
  expect({ status, text }).toEqual({ status: 200, text: '{"by":"another"}' });
  expect(received()).toHaveLength(2);
  const [first, second] = received();
  expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
  expect(second?.headers["idempotency-key"]).toBe(first?.headers["idempotency-key"]);
});

const COMMANDS = ACTIONS.flatMap((action) =>
  routesOf(action)
    .filter(({ method }) => method === "POST" || method === "PATCH")
    .map(({ method, path }) => [`${method} ${path}`, method, path.replaceAll(":", "")] as const)
    .filter(() => action.retry === undefined),
);
test.each(COMMANDS)("%s without a key is never sent twice", async (_, method, path) => {
  theFirst(dies);
  const answers = [await ask(path, { method, body })];
  expect(received()).toHaveLength(1);
  for (const one of gateways) one.reset();
  theFirst(dies);
  answers.push(await ask(`/api${path}`, { method, body }));
  expect(received()).toHaveLength(1);
  for (const { status, json } of answers)
    expect({ status, code: json().code }).toEqual({ status: 502, code: "NO_ANSWER" });
});

test.each(["/media", "/ai/image/analyze"])(
  "an upload to %s is not sent twice, not even with a key",
  async (path) => {
    theFirst(dies);
    expect((await ask(path, { method: "POST", body, headers: KEY })).status).toBe(502);
    expect(received()).toHaveLength(1);
  },
);

test.each(["POST", "PATCH"])(
  "a %s without a key whose gateway dies over it is never sent twice, and its sender told so",
  async (method) => {
    theFirst(dies);
    const { status, headers, json } = await ask("/orders", { method, body });
    expect(received()).toHaveLength(1);
    expect(status).toBe(502);
    expect(headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(json()).toMatchObject({ code: "NO_ANSWER", status: 502 });
    expect(json().detail).toContain("Idempotency-Key");
  },
);

test("gateways that were all put aside are asked again at once when they are back", async () => {
  everyGateway(dies);
  for (let i = 0; i < 6; i += 1) expect((await ask("/products")).status).toBe(502);
  for (const one of gateways) one.reset();
  for (let i = 0; i < 6; i += 1) expect((await ask("/products")).status).toBe(200);
});

test("where a gateway is not there at all, nothing is lost and nothing done twice", async () => {
  const [there] = gateways;
  const half = await startNginx({ gateways: ["127.0.0.1:1", there?.address ?? ""] });
  try {
    for (let i = 0; i < 10; i += 1) {
      const { status } = await askAt(half, "/auth/login", { method: "POST", body });
      expect(status).toBe(200);
    }
    expect(received()).toHaveLength(10);
  } finally {
    await half.stop();
  }
});

test("an empty key is none", async () => {
  theFirst(dies);
  const headers = { "idempotency-key": "" };
  expect((await ask("/orders", { method: "POST", body, headers })).status).toBe(502);
  expect(received()).toHaveLength(1);
});

test("what could not be asked again has a connection of its own; all else shares a few", async () => {
  for (let i = 0; i < 6; i += 1) await ask("/auth/login", { method: "POST", body });
  expect(new Set(received().map(({ connection }) => connection)).size).toBe(6);
  for (const { headers } of received()) expect(headers.connection).toBe("close");
  for (const one of gateways) one.reset();
  // One worker of nginx's shares with itself only.
  for (let i = 0; i < 40; i += 1) await ask("/orders", { method: "POST", body, headers: KEY });
  expect(new Set(received().map(({ connection }) => connection)).size).toBeLessThan(20);
});
