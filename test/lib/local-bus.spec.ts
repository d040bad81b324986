/** Operators join a company that is one process over a socket of its owner. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ServiceBroker } from "moleculer";
import { LocalBus, localBusAddress } from "../../lib/local-bus.ts";
import { eventually } from "../support/stage.ts";

const dir = mkdtempSync(path.join(tmpdir(), "comptoir-bus-"));
const address = localBusAddress(dir);
const nodeAt = (nodeID: string, host: boolean) =>
  new ServiceBroker({
    nodeID,
    namespace: "local-bus",
    logger: false,
    transporter: new LocalBus({ address, host }),
    requestTimeout: 2_000,
  });
const company = nodeAt("company", true);
const received: unknown[] = [];

beforeAll(async () => {
  company.createService({
    name: "kettle",
    actions: {
      boil: { handler: ({ params }: { params: { litres: number } }) => params.litres * 100 },
    },
    events: { "tea.*": ({ params }: { params: unknown }) => void received.push(params) },
  });
  await company.start();
});
afterAll(async () => {
  await company.stop();
  rmSync(dir, { recursive: true, force: true });
});

test("a console calls and tells, also big things, and two of them do not hinder each other", async () => {
  const consoles = [nodeAt("console-1", false), nodeAt("console-2", false)];
  await Promise.all(consoles.map((one) => one.start()));
  await Promise.all(consoles.map((one) => one.waitForServices("kettle", 5_000, 20)));

  const boiled = await Promise.all(
    consoles.map((one, n) => one.call("kettle.boil", { litres: n + 1 })),
  );
  expect(boiled).toEqual([100, 200]);
  const leaves = "x".repeat(2_000_000);
  await consoles[0]?.broadcast("tea.poured", { leaves });
  await eventually(() => expect(received).toContainEqual({ leaves }));

  await Promise.all(consoles.map((one) => one.stop()));
});

test("only its owner may open the socket", () => {
  expect(statSync(address).mode & 0o777).toBe(0o600);
});

test("where nothing runs, joining fails instead of waiting", async () => {
  const lonely = new LocalBus({ address: path.join(dir, "nobody.sock"), host: false });
  await expect(lonely.connect()).rejects.toMatchObject({ code: "ENOENT" });
});

test("the socket that a killed process left behind does not hinder the next start", async () => {
  const again = path.join(dir, "left.sock");
  const first = new ServiceBroker({
    nodeID: "a",
    logger: false,
    transporter: new LocalBus({ address: again, host: true }),
  });
  await first.start();
  const second = new ServiceBroker({
    nodeID: "b",
    logger: false,
    transporter: new LocalBus({ address: again, host: true }),
  });
  await expect(second.start()).resolves.toBeUndefined();
  await Promise.all([first.stop(), second.stop()]);
});
