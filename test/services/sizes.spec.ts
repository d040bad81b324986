/** Whatever a contract allows fits into one message of the bus. */
import { existsSync, readFileSync } from "node:fs";
import { paramsOf } from "../../lib/bus.ts";
import { DEFAULT_MAX_MESSAGE_BYTES } from "../../lib/bus-limits.ts";
import { type Action, routesOf } from "../../lib/contract.ts";
import { ITEMS_SHARE } from "../../lib/page.ts";
import { CUT_TO_FIT, list, page, text } from "../../lib/shape.ts";
import * as operations from "../../lib/operations.ts";
import { ACTIONS, EVENTS } from "../../services/registry.ts";
import { MAX_JSON_BYTES } from "../../services/gateway/http/body.ts";
import { largestJson } from "../support/largest-json.ts";

const MAX = DEFAULT_MAX_MESSAGE_BYTES;
const NODE_ACTIONS = [
  operations.InspectNode,
  operations.ListNodeDeadLetters,
  operations.ReplayOnNode,
  operations.ListNodeJobs,
  operations.ReplayJobOnNode,
];
const ALL: readonly Action[] = [...ACTIONS, ...(NODE_ACTIONS as readonly unknown[] as Action[])];

/** What may be larger by its contract, and why nothing is lost nevertheless. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "answer of catalog.exportProducts": "a stream of small parts",
  "answer of $operations.inspect":
    "as many databases and cursors as there are services, with short errors; no node has a hundred",
  "request of catalog.putProduct": "asked by the first start alone, with products of its own",
};
/** Not limited by their contracts yet: what is too large is refused by name. */
const UNLIMITED = /of (inventory|payments)\./;

/** An action that is on its way to a list that is cut says so in its code. */
function cuts({ name }: Action): boolean {
  const [service = "", action = ""] = name.split(".");
  const own = `services/${service}/actions/${action}.ts`;
  const sources = [own, "mixins/sagas.actions.ts", "lib/node-agent.ts"];
  const [source] = existsSync(own) ? [own] : sources.slice(1);
  const words = source === undefined ? "" : readFileSync(source, "utf8");
  // A table's list ends its pages by `pageOf` too (lib/table.ts).
  return /\b(pageOf|fitting)\(|\b[A-Z]\w+\.list\(/.test(words);
}
/** Everything from outside has passed the gateway, which takes no more than this in a body. */
const fromOutside = (action: Action): boolean => routesOf(action).length > 0;

const sizes: [string, number][] = [
  ...ALL.map((it): [string, number] => [
    `answer of ${it.name}`,
    largestJson(it.returns, { cut: cuts(it) }),
  ]),
  ...ALL.map((it): [string, number] => [
    `request of ${it.name}`,
    Math.min(largestJson(paramsOf(it.params)), fromOutside(it) ? MAX_JSON_BYTES : Infinity),
  ]),
  ...EVENTS.map((it): [string, number] => [`event ${it.name}`, largestJson(paramsOf(it.payload))]),
];

test("the largest of each answer, request and event fits, or is cut, or is a stream", () => {
  const tooLarge = sizes.filter(
    ([what, bytes]) => bytes > MAX && !(what in EXCEPTIONS) && !UNLIMITED.test(what),
  );
  expect(tooLarge).toEqual([]);
});

test("no exception is left that needs to be none", () => {
  const needed = sizes.filter(([what, bytes]) => what in EXCEPTIONS && bytes > MAX);
  expect(needed.map(([what]) => what).toSorted()).toEqual(Object.keys(EXCEPTIONS).toSorted());
});

test("what stands beside a list that is cut fits into the rest of the answer", () => {
  const beside = ALL.filter(cuts).map(({ name, returns }): [string, number] => {
    const properties = Object.entries((returns["properties"] ?? {}) as Record<string, object>);
    const others = properties.filter(([, schema]) => !(CUT_TO_FIT in schema));
    return [name, largestJson({ type: "object", properties: Object.fromEntries(others) })];
  });
  expect(beside.length).toBeGreaterThan(10);
  const others = beside.filter(
    ([name]) => !UNLIMITED.test(`of ${name}`) && !(`answer of ${name}` in EXCEPTIONS),
  );
  expect(others.filter(([, bytes]) => bytes > MAX * (1 - ITEMS_SHARE))).toEqual([]);
});

test("a request from outside is far below the limit", () => {
  expect(MAX_JSON_BYTES).toBeLessThan(MAX / 2);
});

test("what is the largest is computed from each rule of a schema", () => {
  expect(largestJson(text({ max: 10 }))).toBe(42);
  expect(largestJson(text({ max: 10, pattern: "^[a-z]+$" }))).toBe(12);
  expect(largestJson(list(text({ max: 10 }), { max: 3 }))).toBe(2 + 3 * 43);
  const paged = page(text({ max: 10 }));
  expect(largestJson(paged, { cut: false }) - largestJson(paged)).toBe(99 * 43);
  expect(largestJson({ type: "string" })).toBe(Infinity);
  expect(largestJson({ type: "object", additionalProperties: true })).toBe(Infinity);
});
