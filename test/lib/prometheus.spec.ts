/** Each node shows its own figures, also when two want the same port at the same moment. */
import { ServiceBroker } from "moleculer";
import { MetricsServer } from "../../lib/prometheus.ts";
import { NatsBus } from "../../lib/nats/nats-bus.ts";
import { freePort } from "../../runtime/postgres/launch.ts";
import { startNats } from "../../runtime/servers/servers.ts";
import { eventually } from "../support/stage.ts";

const host = "127.0.0.1";
const nodeAt = (nodeID: string, port: number, anyPort: boolean, bus?: NatsBus) =>
  new ServiceBroker({
    nodeID,
    logger: false,
    ...(bus && { transporter: bus as never }),
    metrics: { enabled: true, reporter: [new MetricsServer({ port, host, anyPort })] as never },
  });
const visible = async (port: number) =>
  (await fetch(`http://${host}:${port}/metrics`))
    .text()
    .then((text) => /nodeID="([^"]+)"/.exec(text)?.[1]);

test("of two nodes that want one port, the second takes the next", async () => {
  const port = await freePort();
  const nodes = [nodeAt("first", port, true), nodeAt("second", port, true)];
  await Promise.all(nodes.map((node) => node.start()));
  await eventually(async () => {
    // Others on this machine may have the ports between.
    const ports = Array.from({ length: 10 }, (_, n) => port + n);
    const seen = await Promise.all(ports.map((it) => visible(it).catch(() => undefined)));
    expect(seen.filter((it) => it !== undefined).toSorted()).toEqual(["first", "second"]);
  });
  await Promise.all(nodes.map((node) => node.stop()));
});

test("a node whose own port is taken goes on without showing any", async () => {
  const port = await freePort();
  const first = nodeAt("first", port, false);
  await first.start();
  await eventually(() => visible(port));
  const second = nodeAt("second", port, false);
  await second.start();
  expect(await visible(port)).toBe("first");
  await second.stop();
  expect(await visible(port)).toBe("first");
  await first.stop();
});

test("a node whose bus has gone called itself ready: now it is when the bus is there", async () => {
  const nats = await startNats();
  const port = await freePort();
  const bus = new NatsBus({ url: nats.url, seedOf: () => undefined });
  const node = nodeAt("orders", port, false, bus);
  const ready = async () => (await fetch(`http://${host}:${port}/ready`)).status;
  try {
    await node.start();
    await eventually(async () => expect(await ready()).toBe(200));
    await nats.kill();
    await eventually(async () => expect(await ready()).toBe(503));
    expect((await fetch(`http://${host}:${port}/live`)).status).toBe(200);
    await nats.restart();
    await eventually(async () => expect(await ready()).toBe(200), 20_000);
  } finally {
    await node.stop();
    await nats.stop();
  }
}, 60_000);
