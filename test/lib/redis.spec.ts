import { setTimeout as sleep } from "node:timers/promises";
import { ServiceBroker } from "moleculer";
import { RedisCacher, redisOptions } from "../../lib/redis.ts";
import { type Server, startRedis } from "../../runtime/servers/servers.ts";
import { eventually } from "../support/stage.ts";

let redis: Server;
let broker: ServiceBroker;
let asked = 0;
/** What was kept for `a` when Redis was killed. */
let before = 0;

beforeAll(async () => {
  redis = await startRedis();
  const cacher = new RedisCacher({ redis: redisOptions(redis.url), ttl: 60 });
  broker = new ServiceBroker({ logger: false, cacher });
  const count = { cache: { keys: ["of"] }, handler: () => ({ times: ++asked }) };
  broker.createService({ name: "count", actions: { up: count } });
  await broker.start();
});
afterAll(async () => {
  await broker.stop();
  await redis.stop();
});

/** The answer that is given again: Redis is there. */
const retained = (of: string) =>
  eventually(async () => {
    const { times } = await look(of);
    expect(await look(of)).toEqual({ times });
    return times;
  }, 20_000);
const look = (of: string) => broker.call<{ times: number }, object>("count.up", { of });

test("while Redis is away every look is a fresh one, and nothing fails or goes unhandled", async () => {
  const unhandled: unknown[] = [];
  const hear = (error: unknown) => void unhandled.push(error);
  process.on("unhandledRejection", hear);
  const times = await retained("a");
  before = times;

  await redis.kill();
  expect((await look("a")).times).toBeGreaterThan(times);
  expect((await look("a")).times).toBeGreaterThan(times + 1);
  await broker.cacher?.clean("count.up:*");
  // An unhandled rejection is told a turn later.
  await sleep(50);
  process.off("unhandledRejection", hear);
  expect(unhandled).toEqual([]);
}, 60_000);

test("when it is back, what should have been thrown away meanwhile is not answered", async () => {
  await redis.restart();
  await retained("b");
  // Redis has this one on disk since before it was killed.
  await eventually(async () => expect((await look("a")).times).toBeGreaterThan(before));
}, 60_000);
