/** How often one may come: two real gateways that share nothing but Redis. */
import { redisPort } from "./with-limits.ts";
import { randomUUID } from "node:crypto";
import type { AddressInfo, Server } from "node:net";
import { ServiceBroker } from "moleculer";
import { v7 } from "uuid";
import { brokerOptions } from "../../../moleculer.config.ts";
import { type Answer, ApiClient } from "../../../operations/client/api-client.ts";
import { type Server as Running, startRedis } from "../../../runtime/servers/servers.ts";
import type { GatewayService } from "../../../services/gateway/gateway.types.ts";
import Gateway from "../../../services/gateway/gateway.service.ts";
import { Login, WrongCredentials } from "../../../services/identity/identity.contract.ts";
import { ListStores, ProveStock } from "../../../services/inventory/inventory.contract.ts";
import { expectProblem } from "../../support/answers.ts";
import { eventually } from "../../support/stage.ts";
import { standIn } from "../../support/stand-in.ts";
import { anExpiredToken, aToken } from "../../support/tokens.ts";

const namespace = `test-${randomUUID()}`;
const brokers: ServiceBroker[] = [];
let redis: Running;
let gateways: ApiClient[];
/** How often the list of stores was made. */
let made = 0;

beforeAll(async () => {
  redis = await startRedis({ port: redisPort });
  gateways = await Promise.all(["one", "two"].map(aGateway));
  await bothSeeRedis(true);
}, 60_000);
afterAll(async () => {
  for (const http of gateways) http.close();
  await Promise.all(brokers.map((broker) => broker.stop()));
  await redis.stop();
});

const bothSeeRedis = (isThere: boolean) =>
  eventually(() => {
    for (const broker of brokers) {
      const { redis: seen } = broker.getLocalService("gateway") as unknown as GatewayService;
      expect(seen?.status === "ready").toBe(isThere);
    }
  }, 30_000);

async function aGateway(nodeID: string): Promise<ApiClient> {
  const broker = new ServiceBroker(brokerOptions({ namespace, nodeID, transporter: null }));
  const stores = standIn(ListStores, () => {
    made += 1;
    return { items: [] };
  });
  const proof = standIn(ProveStock, () => ({ holds: true, invariants: [] }));
  broker.createService({ ...stores, actions: { ...stores.actions, ...proof.actions } });
  broker.createService(
    standIn(Login, () => {
      throw WrongCredentials({});
    }),
  );
  broker.createService(Gateway);
  brokers.push(broker);
  await broker.start();
  const { server } = broker.getLocalService("gateway") as unknown as { server: Server };
  return new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

interface Asking {
  readonly from: string;
  readonly token?: string;
  readonly headers?: Record<string, string>;
}
let turn = 0;
/** At one gateway and the other, by turns. */
function ask(method: string, path: string, { from, token, headers }: Asking, body?: object) {
  turn += 1;
  const http = gateways[turn % gateways.length] as ApiClient;
  return http.ask(method, path, { body, token, headers: { "x-forwarded-for": from, ...headers } });
}
const login = (from: string, token?: string) =>
  ask("POST", "/auth/login", { from, ...(token !== undefined && { token }) }, credentials);
const credentials = { email: "ada@example.com", password: "not this one either" };
const stores = (asking: Asking) => ask("GET", "/stores", asking);
async function statuses(times: number, work: (i: number) => Promise<Answer>): Promise<number[]> {
  const all = [];
  for (let i = 0; i < times; i += 1) all.push((await work(i)).status);
  return all;
}
let hosts = 0;
const anAddress = () => `198.51.100.${(hosts += 1)}`;
const aPersonsToken = () => aToken({ roles: ["user"], id: v7() });

test("guessing of one address ends after so many attempts, at whichever gateway and port", async () => {
  const from = anAddress();
  const first = await login(`${from}:4000`);
  expect(first).toMatchObject({ status: 401 });
  expect(first.headers.ratelimit).toMatch(/^"login";r=2;t=\d+$/);
  expect(first.headers["ratelimit-policy"]).toBe('"login";q=3;w=900');
  expect(await statuses(2, (i) => login(`${from}:${4_001 + i}`))).toEqual([401, 401]);

  const refused = await login(`${from}:4003`);
  expectProblem(refused, 429, "TOO_MANY_REQUESTS", "en");
  const seconds = Number(refused.headers["retry-after"]);
  expect(seconds).toBeGreaterThan(800);
  expect(seconds).toBeLessThanOrEqual(900);
  expect(refused.headers.ratelimit).toMatch(/^"login";r=0;t=\d+$/);
  expect(refused.headers["ratelimit-policy"]).toBe('"login";q=3;w=900');
  expect((await login(anAddress())).status).toBe(401);
});

test.each([
  ["one IPv6 subscriber", (i: number) => `2001:db8:7:8::${i + 1}`],
  ["one address in several forms", (i: number) => ["192.0.2.9", "::ffff:192.0.2.9"][i % 2] ?? ""],
])("%s is counted as one", async (_, form) => {
  expect(await statuses(4, (i) => login(form(i)))).toEqual([401, 401, 401, 429]);
});

test("who is signed in is counted as they are, wherever they come from", async () => {
  const from = anAddress();
  const [one, other] = [aPersonsToken(), aPersonsToken()];
  const heavy = (token: string, address: string) =>
    ask("GET", "/inventory/proof", { from: address, token });
  const allowed = await heavy(one, from);
  expect(allowed.headers.ratelimit).toMatch(/^"heavy";r=1;t=\d+$/);
  await heavy(one, anAddress());
  expectProblem(await heavy(one, anAddress()), 429, "TOO_MANY_REQUESTS", "en");
  expect((await heavy(other, from)).status).not.toBe(429);
});

test("cached answers count: of strangers by address, of people by who they are", async () => {
  const from = anAddress();
  expect(await statuses(7, () => stores({ from }))).toEqual([200, 200, 200, 200, 200, 200, 429]);
  const before = made;
  const token = aPersonsToken();
  expect(await statuses(9, () => stores({ from, token }))).toEqual([
    ...Array.from({ length: 8 }, () => 200),
    429,
  ]);
  const refused = await stores({ from: anAddress(), token });
  expectProblem(refused, 429, "TOO_MANY_REQUESTS", "en");
  expect(refused.headers.ratelimit).toMatch(/^"user";r=0;t=\d+$/);
  expect(refused.headers["ratelimit-policy"]).toBe('"user";q=8;w=60');
  expect(made).toBe(before);
});

test("a token that is no longer good makes nobody of whoever sends it", async () => {
  const from = anAddress();
  const token = anExpiredToken(["user"]);
  const answer = await stores({ from, token });
  expect(answer.status).toBe(200);
  expect(answer.headers.ratelimit).toMatch(/^"anonymous";r=5;t=\d+$/);
});

test("while Redis is away each gateway counts by itself, and refuses all the same", async () => {
  await redis.kill();
  const from = anAddress();
  await bothSeeRedis(false);
  expect(await statuses(8, () => login(from))).toEqual([
    ...Array.from({ length: 6 }, () => 401),
    429,
    429,
  ]);
  // It is back: what one has counted, the other knows.
  await redis.restart();
  await bothSeeRedis(true);
  const next = anAddress();
  expect(await statuses(4, () => login(next))).toEqual([401, 401, 401, 429]);
}, 60_000);
