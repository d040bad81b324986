/** The checkout's table: what it forbids, and that every way through it ends as it should. */
import { array, assert, boolean, constantFrom, property } from "fast-check";
import {
  type Answer,
  type CheckoutStep,
  firstStep,
  stepsThatAccept,
  transition,
  TRANSITIONS,
} from "../../../../services/orders/domain/checkout.ts";
import { isFinal, mayMove, NEXT, sourcesOf } from "../../../../services/orders/domain/status.ts";
import type { OrderStatus } from "../../../../services/orders/orders.contract.ts";

const STEPS = Object.keys(TRANSITIONS) as CheckoutStep[];
const ANSWERS: Answer[] = [
  "held",
  "refused",
  "reserved",
  "rejected",
  "captured",
  "closed",
  "expired",
  "cancel",
  "committed",
  "released",
];
const STATUSES = Object.keys(NEXT) as OrderStatus[];

test.each([
  ["captured", ["pay", "close"]],
  ["closed", ["pay", "close"]],
  ["cancel", ["coupons", "reserve", "pay"]],
  ["expired", ["pay"]],
  ["committed", ["commit"]],
  ["reserved", ["reserve"]],
] as const)("%s means something only at %j", (answer, steps) => {
  expect(stepsThatAccept(answer).sort()).toEqual([...steps].sort());
  for (const step of STEPS)
    expect(transition(step, answer, { coupons: true }) !== undefined).toBe(
      (steps as readonly string[]).includes(step),
    );
});

test("nothing leads out of the end, and after the money there is only one way", () => {
  for (const answer of ANSWERS)
    expect(transition("done", answer, { coupons: true })).toBeUndefined();
  expect(Object.keys(TRANSITIONS.commit)).toEqual(["committed"]);
});

test("an order begins with its coupons only when it has some", () => {
  expect([firstStep([]), firstStep(["TEA"])]).toEqual(["reserve", "coupons"]);
});

test.each([
  ["paid", "cancelled"],
  ["cancelled", "paid"],
  ["rejected", "awaiting_payment"],
  ["settling", "cancelled"],
  ["pending", "paid"],
  ["pending", "settling"],
  ["awaiting_payment", "rejected"],
  ["awaiting_payment", "paid"],
] as const)("no order goes from %s to %s", (from, to) => {
  expect(mayMove(from, to)).toBe(false);
  expect(sourcesOf(to)).not.toContain(from);
});

test("what is paid, cancelled or rejected stays so", () => {
  expect(STATUSES.filter(isFinal).sort()).toEqual(["cancelled", "paid", "rejected"]);
});

/** Plays any answers, in any order and number; those that mean nothing are passed by. */
function through(answers: readonly Answer[], coupons: boolean) {
  let step = firstStep(coupons ? ["TEA"] : []);
  let status: OrderStatus = "pending";
  let ending: "rejected" | "cancelled" | undefined;
  const visited: CheckoutStep[] = [step];
  const received: Answer[] = [];
  let forbidden = false;
  for (const answer of answers) {
    const next = transition(step, answer, { coupons, ending });
    // No payment is opened before the stock is held, so none can be captured.
    if (!next || (answer === "captured" && status === "pending")) continue;
    received.push(answer);
    forbidden ||= next.status !== undefined && !mayMove(status, next.status);
    status = next.status ?? status;
    ending = next.ending;
    step = next.to;
    visited.push(step);
  }
  return { step, status, visited, heard: received, forbidden };
}
const anyAnswers = array(constantFrom(...ANSWERS), { maxLength: 60 });

test("whatever is answered, the order moves along its machine, and ends with its process", () => {
  assert(
    property(anyAnswers, boolean(), (answers, coupons) => {
      const { step, status, visited, heard: received, forbidden } = through(answers, coupons);
      const [captured, held] = [received.includes("captured"), received.includes("held")];
      const dead = status === "cancelled" || status === "rejected";
      expect(forbidden).toBe(false);
      expect(isFinal(status)).toBe(step === "done");
      expect(status === "settling" || status === "paid").toBe(captured);
      // Whatever was held is let go, stock and coupons; what is paid for is never let go.
      expect(visited.includes("release") || status !== "cancelled").toBe(true);
      expect(visited.includes("uncoupon") || !held || !dead).toBe(true);
      expect(visited.includes("uncoupon") && !coupons).toBe(false);
      expect(visited.includes("commit") && visited.includes("release")).toBe(false);
    }),
    { numRuns: 5_000 },
  );
});

test("from every step there is a way to the end", () => {
  assert(
    property(anyAnswers, boolean(), (answers, coupons) => {
      const on: Answer[] = ["held", "reserved", "captured", "closed", "committed", "released"];
      expect(through([...answers, ...on, ...on, ...on], coupons).step).toBe("done");
    }),
    { numRuns: 2_000 },
  );
});
