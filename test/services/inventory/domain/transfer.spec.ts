import * as fc from "fast-check";
import {
  arrived,
  assertMove,
  everything,
  isComplete,
  outstanding,
  turnedBack,
} from "../../../../services/inventory/domain/transfer.ts";
import type {
  TransferLine,
  TransferState,
} from "../../../../services/inventory/inventory.contract.ts";

const line = (variantId: string, sent: number, more: Partial<TransferLine> = {}): TransferLine => ({
  variantId,
  sku: variantId,
  sent,
  received: 0,
  lost: 0,
  returned: 0,
  ...more,
});

const STATES: readonly TransferState[] = ["draft", "shipped", "received", "cancelled"];
const ALLOWED = new Set([
  "draft shipped",
  "draft cancelled",
  "shipped received",
  "shipped cancelled",
]);
const moves = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));

test.each(moves.filter((move) => ALLOWED.has(move.join(" "))))("%s → %s", (state, to) => {
  expect(() => assertMove({ id: "t", state }, to)).not.toThrow();
});
test.each(moves.filter((move) => !ALLOWED.has(move.join(" "))))("not %s → %s", (state, to) => {
  expect(() => assertMove({ id: "t", state }, to)).toThrow(
    expect.objectContaining({ type: "TRANSFER_NOT_OPEN", data: { transferId: "t", state } }),
  );
});

test("what arrives is added up, also what is lost, until nothing is due", () => {
  const first = arrived([line("tea", 5), line("cup", 1)], [{ variantId: "tea", received: 2 }]);
  expect(first[0]).toMatchObject({ received: 2, lost: 0 });
  expect(isComplete(first)).toBe(false);
  const rest = arrived(first, [
    { variantId: "tea", received: 1, lost: 2, reason: "Broken" },
    { variantId: "cup", received: 1 },
  ]);
  expect(rest[0]).toMatchObject({ received: 3, lost: 2, lostReason: "Broken" });
  expect(isComplete(rest)).toBe(true);
});

test.each([
  ["more than is due", [{ variantId: "tea", received: 6 }], "NOT_ON_ITS_WAY"],
  [
    "more, with the lost ones",
    [{ variantId: "tea", received: 5, lost: 1, reason: "x" }],
    "NOT_ON_ITS_WAY",
  ],
  ["what was not sent", [{ variantId: "pot", received: 1 }], "NOT_ON_ITS_WAY"],
  ["nothing", [{ variantId: "tea", received: 0 }], "TRANSFER_INVALID"],
  ["a loss without a reason", [{ variantId: "tea", received: 1, lost: 1 }], "TRANSFER_INVALID"],
  [
    "a variant twice",
    [
      { variantId: "tea", received: 1 },
      { variantId: "tea", received: 1 },
    ],
    "TRANSFER_INVALID",
  ],
])("%s does not arrive", (_, arrivals, type) => {
  expect(() => arrived([line("tea", 5)], arrivals)).toThrow(expect.objectContaining({ type }));
});

test("whatever arrives in whatever parts, nothing is made or gone: sent = received + lost + returned + due", () => {
  const parts = fc.array(fc.record({ received: fc.nat(6), lost: fc.nat(3) }), { maxLength: 8 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), parts, fc.boolean(), (sent, all, back) => {
      let lines = [line("tea", sent)];
      for (const { received, lost } of all) {
        const [now] = lines;
        if (received + lost === 0 || !now || received + lost > outstanding(now)) continue;
        lines = arrived(lines, [{ variantId: "tea", received, lost, reason: "x" }]);
      }
      const rest = everything(lines);
      const end = back ? turnedBack(lines) : rest.length > 0 ? arrived(lines, rest) : lines;
      expect(isComplete(end)).toBe(true);
      const [last = line("tea", 0)] = end;
      expect(last.received + last.lost + last.returned).toBe(sent);
    }),
  );
});
