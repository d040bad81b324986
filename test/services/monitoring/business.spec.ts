/** What is counted of what happens: each event once, money in units of its currency. */
import { EVENTS } from "../../../services/registry.ts";
import { beginnings, countsOf, labelOf } from "../../../lib/counters.ts";
import { inAll } from "../../../services/manifests.ts";

const COUNTERS = inAll("counters");

test.each([
  ["new-order", {}, [["comptoir.orders.total", { outcome: "placed" }, 1]]],
  ["order.rejected", {}, [["comptoir.orders.total", { outcome: "rejected" }, 1]]],
  ["cart.abandoned", {}, [["comptoir.carts.total", { outcome: "abandoned" }, 1]]],
  [
    "stock.availability_changed",
    { state: "out" },
    [["comptoir.availability.total", { state: "out" }, 1]],
  ],
  [
    "order-processed",
    { currency: "EUR", totalMinor: 1290 },
    [
      ["comptoir.orders.total", { outcome: "paid" }, 1],
      ["comptoir.sales.amount.total", { currency: "EUR" }, 12.9],
    ],
  ],
  [
    "refund.succeeded",
    { currency: "JPY", amountMinor: 1290 },
    [
      ["comptoir.payments.total", { outcome: "refunded" }, 1],
      ["comptoir.refunded.amount.total", { currency: "JPY" }, 1290],
    ],
  ],
  ["cart.updated", {}, []],
  ["constructor", {}, []],
])("%s %j", (name, data, expected) => {
  const found = countsOf(COUNTERS, name, data).map(({ counter, labels, by }) => [
    counter,
    labels,
    by,
  ]);
  expect(found).toEqual(expected);
});

test("every event that is counted is promised by a contract", () => {
  const counted = EVENTS.filter(
    ({ name }) =>
      countsOf(COUNTERS, name, { currency: "EUR", totalMinor: 1, amountMinor: 1 }).length > 0,
  );
  // One for each outcome of `beginnings`, and the three states of stock, which are one event.
  const outcomes = beginnings(COUNTERS, "EUR").filter(({ labels }) => "outcome" in labels);
  expect(counted).toHaveLength(outcomes.length + 1);
});

test("every counter begins at nothing, with labels as it is registered", () => {
  const begun = beginnings(COUNTERS, "EUR");
  expect(new Set(begun.map(({ counter }) => counter))).toEqual(new Set(Object.keys(COUNTERS)));
  for (const { counter, labels, by } of begun) {
    expect(by).toBe(0);
    expect(Object.keys(labels)).toEqual([labelOf(COUNTERS[counter] ?? { says: "" })]);
  }
});
