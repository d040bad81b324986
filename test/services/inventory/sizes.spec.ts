/**
 * The largest request, answer and event that the contract allows stay below half of what the bus
 * takes. What a shape alone cannot bound is made as large as it gets, and measured.
 */
import type { Action, Event } from "../../../lib/contract.ts";
import { object } from "../../../lib/shape.ts";
import * as contract from "../../../services/inventory/inventory.contract.ts";
import { largest, MOST_BYTES } from "./size.ts";

const all: readonly unknown[] = Object.values(contract);
const isObject = (one: unknown): one is object => typeof one === "object" && one !== null;
const actions = all.filter(
  (one): one is Action => isObject(one) && "returns" in one && "allow" in one,
);
const events = all.filter((one): one is Event => isObject(one) && "payload" in one);

/** Bounded by what its action does: availability.spec.ts makes the largest. */
const MEASURED = ["inventory.availability"];

test("all actions and events are looked at", () => {
  expect(actions.length).toBeGreaterThan(29);
  expect(events.length).toBeGreaterThan(9);
});

test.each(actions.map((one) => [one.name, one] as const))("%s: the request", (_, { params }) => {
  expect(largest(object(params))).toBeLessThan(MOST_BYTES);
});
test.each(
  actions.filter(({ name }) => !MEASURED.includes(name)).map((one) => [one.name, one] as const),
)("%s: the answer", (_, { returns }) => {
  expect(largest(returns)).toBeLessThan(MOST_BYTES);
});
test.each(events.map((one) => [one.name, one] as const))("%s: the event", (_, { payload }) => {
  expect(largest(object(payload))).toBeLessThan(MOST_BYTES);
});
