/** A trace goes through the door: taken from our own proxy, told with the answer, seen by a collector. */
import { randomUUID } from "node:crypto";
import type { Company } from "../../../support/company.ts";
import type { eventually as Eventually } from "../../../support/stage.ts";
import { collector, spans } from "./collector.ts";

let shop: Company;
let eventually: typeof Eventually;
beforeAll(async () => {
  // They read the configuration, and modules are not loaded in the order in which they are named.
  const { company } = await import("../../../support/company.ts");
  ({ eventually } = await import("../../../support/stage.ts"));
  shop = await company();
}, 60_000);
afterAll(async () => {
  await shop?.leave();
  await new Promise((resolve) => collector.close(resolve));
});

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
/** Of something else each time: what the door keeps is answered without asking anybody. */
const ask = (traceparent?: string) => {
  const headers = traceparent === undefined ? {} : { traceparent };
  return shop.http.ask("GET", `/products?q=${randomUUID()}`, { headers });
};

test("the proxy's span is the parent of ours, which is told with the answer", async () => {
  const { headers } = await ask(`00-${trace}-00f067aa0ba902b7-01`);
  expect(headers["x-request-id"]).toBe("4bf92f35-77b3-4da6-a3ce-929d0e0e4736");
  expect(headers.traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
  await eventually(() => expect(spans.length).toBeGreaterThan(1));
  const door = spans.find(({ name }) => name === "HTTP GET");
  expect(door).toMatchObject({ traceId: trace, parentSpanId: "00f067aa0ba902b7" });
  expect(headers.traceparent).toContain(door?.spanId);
  const inner = spans.find(({ name }) => name.startsWith("catalog."));
  expect(inner).toMatchObject({ traceId: trace, parentSpanId: door?.spanId });
});

test.each([
  ["that is not to be sampled", `00-${trace.replace("4", "5")}-00f067aa0ba902b7-00`],
  ["that is none", "nonsense"],
  ["that is not there", undefined],
])("a trace %s is not sent", async (_, header) => {
  spans.length = 0;
  const { headers } = await ask(header);
  expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  await ask(`00-${trace}-00f067aa0ba902b7-01`);
  await eventually(() => expect(spans.length).toBeGreaterThan(0));
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([trace]));
});
