/** What is larger than the bus takes is refused where it is made, over NATS as in one process. */
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { readFileSync } from "node:fs";
import { type Context, ServiceBroker, type ServiceSchema } from "moleculer";
import { handle } from "../../lib/bus.ts";
import { DEFAULT_MAX_MESSAGE_BYTES, maxMessageBytes } from "../../lib/bus-limits.ts";
import { command } from "../../lib/contract.ts";
import { NatsBus } from "../../lib/nats/nats-bus.ts";
import { DEFAULT_LIMIT, pageOf } from "../../lib/page.ts";
import { integer, page, paging, text } from "../../lib/shape.ts";
import { ResponseValidation } from "../../middlewares/response-validation.middleware.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { type Server, startNats } from "../../runtime/servers/servers.ts";
import { eventually } from "../support/stage.ts";

const MAX = DEFAULT_MAX_MESSAGE_BYTES;
const long = () => text({ min: 0, max: 10_000_000 });
const Say = command("shouts.say", {
  summary: "Answer a text of so many bytes.",
  allow: "internal",
  params: { bytes: integer({ min: 0 }) },
  returns: long(),
});
const Hear = command("shouts.hear", {
  summary: "Take a text.",
  allow: "internal",
  params: { words: long() },
  returns: integer(),
});
const Pages = command("shouts.pages", {
  summary: "List large texts.",
  allow: "internal",
  params: paging,
  returns: page(long()),
});
const shouts = (received: unknown[] = []): ServiceSchema => ({
  name: "shouts",
  actions: {
    say: handle(Say, async ({ params }) => "x".repeat(params.bytes - 2)),
    hear: handle(Hear, async ({ params }) => params.words.length),
    pages: handle(Pages, async ({ params: { limit = DEFAULT_LIMIT, after } }) => {
      const from = after === undefined ? 0 : Number(JSON.parse(atob(after))[0]) + 1;
      const rows = Array.from({ length: Math.max(0, Math.min(limit + 1, 7 - from)) }, (_, i) => ({
        n: from + i,
        words: String(from + i).repeat(100_000),
      }));
      return pageOf(rows, limit, { key: ({ n }) => [n], item: ({ words }) => words });
    }),
    file: {
      handler: async ({ stream }: Context) => {
        const hash = createHash("sha256");
        for await (const part of stream as Readable) hash.update(part as Buffer);
        return hash.digest("hex");
      },
    },
  },
  events: { "shouts.heard": { handler: ({ params }: Context) => void received.push(params) } },
});

const running: ServiceBroker[] = [];
let nats: Server;
beforeAll(async () => {
  nats = await startNats();
}, 60_000);
afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  await nats.stop();
});

/** As in production, where nothing but the transporter measures; in one process, where the check of answers does. */
async function started(over: "nats" | "process", nodeID: string, schema?: ServiceSchema) {
  const options = brokerOptions({
    nodeID,
    namespace: "limits",
    transporter: over === "nats" ? new NatsBus({ url: nats.url, seedOf: () => undefined }) : null,
    registry: { stopDelay: 0 },
    requestTimeout: 20_000,
    skipProcessEventRegistration: true,
  });
  const { middlewares = [] } = options;
  const retained = middlewares.filter((one) => over === "process" || one !== ResponseValidation);
  const broker = new ServiceBroker({ ...options, middlewares: retained });
  if (schema) broker.createService(schema);
  await broker.start();
  running.push(broker);
  return broker;
}

const received: unknown[] = [];
describe.each(["nats", "process"] as const)("over %s", (over) => {
  let asking: ServiceBroker;
  beforeAll(async () => {
    const answering = await started(over, "shouts-1", shouts(received));
    asking = over === "process" ? answering : await started(over, "operator-1");
    await asking.waitForServices("shouts", 20_000, 20);
  }, 60_000);

  test("the limit is half of what a server takes as we ship it", () => {
    expect(maxMessageBytes(asking)).toBe(MAX);
    for (const shipped of ["nats/nats.conf", "k8s/nats/nats.conf"])
      expect(readFileSync(shipped, "utf8")).toMatch(/^max_payload: 1MB$/m);
  });

  test("the largest answer and the largest request come through", async () => {
    const { length } = await asking.call<string, object>("shouts.say", { bytes: MAX });
    expect(length).toBe(MAX - 2);
    const words = "x".repeat(MAX - 50);
    await expect(asking.call("shouts.hear", { words })).resolves.toBe(words.length);
  });

  test("a larger answer is refused at once, by action and size", async () => {
    const began = performance.now();
    await expect(asking.call("shouts.say", { bytes: 2 * MAX + 1_000 })).rejects.toMatchObject({
      type: "ANSWER_TOO_LARGE",
      code: 500,
      message: expect.stringMatching(
        /^The answer of shouts\.say has \d+ bytes; the bus takes 524288\. /,
      ),
    });
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test("a larger request is refused at once, by action and size", async () => {
    const began = performance.now();
    const words = "é".repeat(MAX);
    await expect(asking.call("shouts.hear", { words })).rejects.toMatchObject({
      type: "REQUEST_TOO_LARGE",
      code: 413,
      data: { action: "shouts.hear", maxBytes: MAX },
    });
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(asking.transit?.pendingRequests.size ?? 0).toBe(0);
  });

  test("a page ends where its items have more bytes than an answer takes, and the next goes on", async () => {
    const all: string[] = [];
    let after: string | undefined;
    do {
      const { items, next } = await asking.call<{ items: string[]; next?: string }, object>(
        "shouts.pages",
        { limit: 100, ...(after !== undefined && { after }) },
      );
      expect(items.length).toBeGreaterThanOrEqual(1);
      expect(items.length).toBeLessThan(7);
      all.push(...items.map(([n = ""]) => n));
      after = next;
    } while (after !== undefined);
    expect(all.join("")).toBe("0123456");
  });
});

test("an event that is too large is refused where it is told, and a smaller one is heard", async () => {
  const [teller] = running.filter(({ nodeID }) => nodeID === "operator-1");
  const telling = teller?.broadcast("shouts.heard", "x".repeat(2 * MAX), { throwError: true });
  await expect(telling).rejects.toMatchObject({
    type: "EVENT_TOO_LARGE",
    data: { event: "shouts.heard" },
  });
  await teller?.broadcast("shouts.heard", "small");
  await eventually(() => expect(received).toEqual(["small"]));
});

test("a file of any size passes, in parts", async () => {
  const [asking] = running.filter(({ nodeID }) => nodeID === "operator-1");
  const bytes = randomBytes(4 * MAX);
  const stream = Readable.from([bytes], { objectMode: false });
  await expect(asking?.call("shouts.file", {}, { stream })).resolves.toBe(
    createHash("sha256").update(bytes).digest("hex"),
  );
});
