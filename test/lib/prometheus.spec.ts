/** Each node shows its own figures, also when two want the same port at the same moment. */
import { ServiceBroker } from "moleculer";
import { Figures } from "../../lib/prometheus.ts";
import { freePort } from "../../lib/postgres/launch.ts";
import { eventually } from "../support/stage.ts";

const host = "127.0.0.1";
const nodeAt = (nodeID: string, port: number, anyPort: boolean) =>
  new ServiceBroker({
    nodeID,
    logger: false,
    metrics: { enabled: true, reporter: [new Figures({ port, host, anyPort })] as never },
  });
const shown = async (port: number) =>
  (await fetch(`http://${host}:${port}/metrics`))
    .text()
    .then((text) => /nodeID="([^"]+)"/.exec(text)?.[1]);

test("of two nodes that want one port, the second takes the next", async () => {
  const port = await freePort();
  const nodes = [nodeAt("first", port, true), nodeAt("second", port, true)];
  await Promise.all(nodes.map((node) => node.start()));
  await eventually(async () => {
    const both = await Promise.all([shown(port), shown(port + 1)]);
    expect(both.toSorted()).toEqual(["first", "second"]);
  });
  await Promise.all(nodes.map((node) => node.stop()));
});

test("a node whose own port is taken goes on without showing any", async () => {
  const port = await freePort();
  const first = nodeAt("first", port, false);
  await first.start();
  await eventually(() => shown(port));
  const second = nodeAt("second", port, false);
  await second.start();
  expect(await shown(port)).toBe("first");
  await second.stop();
  expect(await shown(port)).toBe("first");
  await first.stop();
});
