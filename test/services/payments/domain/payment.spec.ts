import {
  type ChargeStatus,
  isFinal,
  isLateCapture,
  mayMove,
  moveFor,
  type PaymentState,
  publicState,
} from "../../../../services/payments/domain/payment.ts";

const STATES: PaymentState[] = ["created", "open", "processing", "captured", "closed"];
const ALLOWED = new Set([
  "created>open",
  "created>processing",
  "created>captured",
  "created>closed",
  "open>processing",
  "open>captured",
  "open>closed",
  "processing>captured",
  "processing>closed",
]);
const pairs = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));

test.each(pairs)("from %s to %s is allowed or not, as the lattice says", (from, to) => {
  expect(mayMove(from, to)).toBe(ALLOWED.has(`${from}>${to}`));
});

test("captured and closed are the ends", () => {
  expect(STATES.filter(isFinal)).toEqual(["captured", "closed"]);
});

test.each<[PaymentState, ChargeStatus, PaymentState | undefined]>([
  ["created", "open", "open"],
  ["open", "open", undefined],
  ["processing", "open", undefined],
  ["open", "processing", "processing"],
  ["processing", "processing", undefined],
  ["created", "succeeded", "captured"],
  ["processing", "succeeded", "captured"],
  ["closed", "succeeded", undefined],
  ["captured", "canceled", undefined],
  ["open", "canceled", "closed"],
  ["captured", "open", undefined],
  ["closed", "processing", undefined],
])("%s, and the provider says %s: %s", (state, status, to) => {
  expect(moveFor(state, status)).toBe(to);
});

test("money goes back when the payment was closed, or captured by another charge", () => {
  const charge = { status: "succeeded", chargeId: "ch_1" } as const;
  expect(isLateCapture({ state: "closed", chargeId: null }, charge)).toBe(true);
  expect(isLateCapture({ state: "captured", chargeId: "ch_2" }, charge)).toBe(true);
  expect(isLateCapture({ state: "captured", chargeId: "ch_1" }, charge)).toBe(false);
  expect(isLateCapture({ state: "open", chargeId: null }, charge)).toBe(false);
  expect(isLateCapture({ state: "closed", chargeId: null }, { status: "canceled" })).toBe(false);
});

test("a payment that was processing and was declined is shown open", () => {
  expect(publicState("processing", "processing")).toBe("processing");
  expect(publicState("processing", "sent")).toBe("processing");
  expect(publicState("processing", undefined)).toBe("open");
  expect(publicState("captured", undefined)).toBe("captured");
  expect(publicState("created", undefined)).toBe("created");
});
