/** The cache of the manifests, a real server with their configuration and users. */
import { Redis } from "ioredis";
import { freePort } from "../../runtime/postgres/launch.ts";
import { redisOptions } from "../../lib/redis.ts";
import { findProgram } from "../../runtime/servers/programs.ts";
import { eventually } from "../support/stage.ts";
import { type System, system } from "./support/system.ts";
import { prepare } from "./support/kubelet.ts";
import { type Running, started } from "./support/processes.ts";

let all: System;
let server: Running;
let redis: Redis;
let url: string;

beforeAll(async () => {
  all = await system();
  const { at } = prepare(all.workload("redis"), all.all, { root: all.folder });
  const port = await freePort();
  const [, ...words] = all.workload("redis").containers[0]?.command ?? [];
  const here = ["--bind", "127.0.0.1", "--port", String(port), "--dir", at("/data")];
  server = await started(await findProgram("redis-server"), [...words.map(at), ...here]);
  url = all.secret("comptoir", "redis-url").replace("redis:6379", `127.0.0.1:${port}`);
  redis = new Redis({ ...redisOptions(url), lazyConnect: true });
  redis.on("error", () => undefined);
  await eventually(async () => expect(await redis.ping()).toBe("PONG"));
}, 60_000);
afterAll(async () => {
  redis.disconnect();
  await server.end();
  await all.remove();
});

test("nodes may do what caches and limits need", async () => {
  await redis.set("a", "1", "PX", 60_000);
  expect(await redis.get("a")).toBe("1");
  expect(await redis.scan(0, "MATCH", "*")).toEqual(["0", ["a"]]);
  expect(await redis.eval("return redis.call('incr', KEYS[1])", 1, "a")).toBe(2);
  expect(await redis.multi().incr("a").pexpire("a", 1_000).exec()).toEqual([
    [null, 3],
    [null, 1],
  ]);
  expect(await redis.info("server")).toContain("redis_version");
  expect(await redis.unlink("a")).toBe(1);
});

test.each(["flushall", "config get maxmemory", "keys *", "acl list", "shutdown"])(
  "but not %s",
  async (line) => {
    const [command = "", ...words] = line.split(" ");
    await expect(redis.call(command, ...words)).rejects.toThrow(/NOPERM/);
  },
);

test("nobody else gets in", async () => {
  const stranger = new Redis({
    ...redisOptions(url.replace(/:\/\/.*@/, "://")),
    lazyConnect: true,
    retryStrategy: null,
  });
  stranger.on("error", () => undefined);
  await expect(stranger.get("a")).rejects.toThrow(/NOAUTH/);
  stranger.disconnect();
});

test("it forgets what is used least before its pod is full", async () => {
  const [, most] = /^maxmemory:(\d+)/m.exec(await redis.info("memory")) ?? [];
  const limit = all.workload("redis").containers[0]?.resources?.limits?.memory;
  expect([Number(most), limit]).toEqual([256 * 1_048_576, "384Mi"]);
  expect(await redis.info("memory")).toContain("maxmemory_policy:allkeys-lfu");
});
