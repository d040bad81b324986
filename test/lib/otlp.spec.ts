/** Traces at a real HTTP endpoint, from two nodes on one bus. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Errors, ServiceBroker, type ServiceSchema } from "moleculer";
import { OtlpExporter, type OtlpOptions } from "../../lib/otlp.ts";
import { readTraceParent, spanIdOf, traceIdOf, writeTraceParent } from "../../lib/trace-context.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { eventually } from "../support/stage.ts";

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly boolValue?: boolean };
}
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly Attribute[];
  readonly resource: Readonly<Record<string, string | undefined>>;
}
interface Body {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/** Takes OTLP as a collector does; `status` is what it answers, undefined for never. */
async function collector() {
  const spans: Span[] = [];
  const state = { status: 200 as number | undefined, text: "", asked: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      state.asked += 1;
      if (state.status === undefined) return;
      if (state.status === 200) {
        const text = Buffer.concat(chunks).toString();
        state.text += text;
        spans.push(...spansIn(JSON.parse(text) as Body));
      }
      response.writeHead(state.status, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  const { port } = server.address() as AddressInfo;
  return { spans, state, endpoint: `http://127.0.0.1:${port}`, close };
}

const spansIn = ({ resourceSpans }: Body): Span[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const named = Object.fromEntries(
      resource.attributes.map(({ key, value }) => [key, value.stringValue]),
    );
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, resource: named })));
  });
const valueOf = ({ attributes }: Span, key: string) =>
  attributes.find((one) => one.key === key)?.value.stringValue;

const shop: ServiceSchema = {
  name: "shop",
  actions: {
    async sell(ctx: { call(name: string, params: object): Promise<unknown> }) {
      return ctx.call("stock.take", { secret: "4111 1111" });
    },
    refuse() {
      throw new Errors.MoleculerClientError("The box of ana@example.org", 409, "OUT_OF_STOCK", {});
    },
    break() {
      throw new TypeError("ana@example.org is not a function");
    },
    events: () => "looked at",
  },
};
const stock: ServiceSchema = { name: "stock", actions: { take: () => "taken" } };

/** Nodes that share a bus and send their spans to `endpoint`. */
async function nodes(options: Omit<OtlpOptions, "version">) {
  const namespace = `otlp-${randomUUID()}`;
  const nodeFor = (nodeID: string, schema?: ServiceSchema) => {
    const exporter = new OtlpExporter({ version: "1", everyMs: 50, ...options });
    const tracing = { enabled: true, exporter: [exporter] as never, sampling: { rate: 1 } };
    const tags = { action: { params: false, meta: false } };
    const broker = new ServiceBroker(
      brokerOptions({ namespace, nodeID, transporter: "Fake", tracing: { ...tracing, tags } }),
    );
    if (schema) broker.createService(schema);
    return { broker, exporter };
  };
  const [first, second] = [nodeFor("first", shop), nodeFor("second", stock)];
  await Promise.all([first.broker.start(), second.broker.start()]);
  await first.broker.waitForServices(["shop", "stock"], 10_000, 20);
  const stop = () => Promise.all([first.broker.stop(), second.broker.stop()]);
  return { first, second, stop };
}
const ask = (broker: ServiceBroker, action: string, requestID: string = randomUUID()) =>
  broker.call(action, { card: "4111 1111" }, { requestID } as object);

test("a call across two nodes is one trace, each span the child of who called", async () => {
  const { spans, state, endpoint, close } = await collector();
  const system = await nodes({ endpoint, headers: { authorization: "Bearer x" } });
  const requestID = randomUUID();
  await ask(system.first.broker, "shop.sell", requestID);
  await eventually(() => expect(spans).toHaveLength(2));
  const [outer, inner] = ["shop.sell", "stock.take"].map((name) =>
    spans.find((span) => span.name === name),
  );
  expect(outer).toMatchObject({
    traceId: requestID.replaceAll("-", ""),
    resource: { "service.name": "shop", "service.instance.id": "first" },
    status: {},
  });
  expect(outer).not.toHaveProperty("parentSpanId");
  expect(inner).toMatchObject({
    traceId: outer?.traceId,
    parentSpanId: outer?.spanId,
    resource: { "service.name": "stock", "service.instance.id": "second" },
  });
  expect(inner?.spanId).toMatch(/^[0-9a-f]{16}$/);
  for (const { startTimeUnixNano: from, endTimeUnixNano: to } of spans) {
    expect(Math.abs(Number(BigInt(from) / 1_000_000n) - Date.now())).toBeLessThan(60_000);
    expect(BigInt(to)).toBeGreaterThanOrEqual(BigInt(from));
  }
  expect(state.text).not.toContain("4111");
  await system.stop();
  await close();
});

test("a refusal is no error, a fault is; what either says is not sent", async () => {
  const { spans, state, endpoint, close } = await collector();
  const system = await nodes({ endpoint });
  await expect(ask(system.first.broker, "shop.refuse")).rejects.toThrow();
  await expect(ask(system.first.broker, "shop.break")).rejects.toThrow();
  await eventually(() => expect(spans).toHaveLength(2));
  const [refused, broken] = ["shop.refuse", "shop.break"].map((name) =>
    spans.find((span) => span.name === name),
  );
  expect(refused?.status).toEqual({});
  expect(refused && valueOf(refused, "error.type")).toBe("OUT_OF_STOCK");
  expect(broken?.status).toEqual({ code: 2 });
  expect(broken && valueOf(broken, "error.type")).toBe("TypeError");
  expect(state.text).not.toContain("ana@example.org");
  await system.stop();
  await close();
});

test("looks that nobody asked for are left out", async () => {
  const { spans, endpoint, close } = await collector();
  const system = await nodes({ endpoint });
  await system.first.broker.call("shop.events");
  await ask(system.first.broker, "shop.sell");
  await eventually(() => expect(spans).toHaveLength(2));
  expect(spans.map(({ name }) => name).toSorted()).toEqual(["shop.sell", "stock.take"]);
  await system.stop();
  await close();
});

test("while the collector is busy spans wait, but only so many; what it refuses is not sent again", async () => {
  const { spans, state, endpoint, close } = await collector();
  state.status = 503;
  const system = await nodes({ endpoint, maxQueue: 10, everyMs: 30 });
  for (let n = 0; n < 25; n += 1) await ask(system.second.broker, "stock.take");
  await eventually(() => expect(state.asked).toBeGreaterThan(1));
  state.status = 200;
  await eventually(() => expect(spans).toHaveLength(10));

  state.status = 400;
  const before = state.asked;
  await ask(system.second.broker, "stock.take");
  await eventually(() => expect(state.asked).toBe(before + 1));
  state.status = 200;
  await ask(system.second.broker, "stock.take");
  await eventually(() => expect(spans).toHaveLength(11));
  await system.stop();
  await close();
});

test.each(["is not there", "never answers"])(
  "a collector that %s slows nobody down, and holds up no stop",
  async (how) => {
    const { state, endpoint, close } = await collector();
    state.status = undefined;
    if (how === "is not there") await close();
    const system = await nodes({ endpoint });
    const began = performance.now();
    for (let n = 0; n < 20; n += 1)
      expect(await ask(system.first.broker, "shop.sell")).toBe("taken");
    // The node would wait 5 s for one answer of the collector.
    expect(performance.now() - began).toBeLessThan(4_500);
    const stopping = performance.now();
    await system.stop();
    expect(performance.now() - stopping).toBeLessThan(8_500);
    if (how !== "is not there") await close();
  },
  30_000,
);

describe("ids as the world writes them", () => {
  const uuid = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736";
  const header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  test("a header is read, and written as it was", () => {
    const parent = { traceId: uuid, parentId: "00f067aa0ba902b7", sampled: true };
    expect(readTraceParent(header)).toEqual(parent);
    expect(writeTraceParent(uuid, "00f067aa0ba902b7", true)).toBe(header);
    expect(readTraceParent(header.replace(/1$/, "0"))?.sampled).toBe(false);
  });

  test.each([
    undefined,
    ["00-x"],
    "",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
  ])("%p says nothing", (output) => expect(readTraceParent(output)).toBeUndefined());

  test("a later version may say more", () => {
    expect(readTraceParent(`${header.replace("00", "01")}-more`)?.traceId).toBe(uuid);
  });

  test("any id has one of each length, always the same", () => {
    for (const id of [uuid, "orders-17", ""]) {
      expect(traceIdOf(id)).toMatch(/^[0-9a-f]{32}$/);
      expect(spanIdOf(id)).toMatch(/^[0-9a-f]{16}$/);
      expect(spanIdOf(id)).toBe(spanIdOf(id));
    }
    expect(spanIdOf("00f067aa0ba902b7")).toBe("00f067aa0ba902b7");
  });
});
