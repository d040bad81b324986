import { Redis } from "ioredis";
import { once } from "node:events";
import { connect as connectTcp, createServer } from "node:net";
import { connect, StringCodec } from "nats";
import { isAlive } from "../../../runtime/postgres/postmaster.ts";
import { freePort, type Server, startNats, startRedis } from "../../../runtime/servers/servers.ts";

const started: Server[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});

async function kept(server: Promise<Server>): Promise<Server> {
  started.push(await server);
  return server;
}

test("NATS answers as soon as it is started, and again on the same port after a kill", async () => {
  const nats = await kept(startNats());
  await delivers(nats.url);
  const { pid } = nats;
  await nats.kill();
  expect(isAlive(pid)).toBe(false);
  await expect(connect({ servers: nats.url, reconnect: false })).rejects.toThrow();
  await nats.restart();
  expect(nats.pid).not.toBe(pid);
  await delivers(nats.url);
});

test("Redis finds what was written again after a kill and a restart", async () => {
  const redis = await kept(startRedis());
  await asked(redis.url, (client) => client.set("tea", "green"));
  await redis.kill();
  await redis.restart();
  expect(await asked(redis.url, (client) => client.get("tea"))).toBe("green");
});

test("a server that was stopped in its tracks goes on when it is told to", async () => {
  const redis = await kept(startRedis());
  await redis.kill("SIGSTOP");
  const client = new Redis(redis.url);
  const answer = client.ping();
  await redis.kill("SIGCONT");
  expect(await answer).toBe("PONG");
  client.disconnect();
});

test("when it has stopped, nothing is left, and stopping again does no harm", async () => {
  const nats = await startNats();
  await nats.stop();
  await nats.stop();
  expect(isAlive(nats.pid)).toBe(false);
  await expect(once(connectTcp(nats.port, "127.0.0.1"), "connect")).rejects.toThrow("ECONNREFUSED");
});

test("a port that is taken is refused; one that is free is used", async () => {
  const port = await freePort();
  const squatter = createServer((socket) => socket.destroy()).listen(port, "127.0.0.1");
  await once(squatter, "listening");
  try {
    await expect(startNats({ port })).rejects.toThrow(`Is port ${port} free?`);
    await expect(startRedis({ port })).rejects.toThrow(`Is port ${port} free?`);
  } finally {
    squatter.close();
  }
  await once(squatter, "close");
  expect((await kept(startNats({ port }))).port).toBe(port);
});

async function delivers(url: string): Promise<void> {
  const codec = StringCodec();
  const client = await connect({ servers: url });
  const received = client.subscribe("greeting", { max: 1 });
  client.publish("greeting", codec.encode("hello"));
  for await (const message of received) expect(codec.decode(message.data)).toBe("hello");
  await client.close();
}

async function asked<T>(url: string, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}
