import { assert, constantFrom, integer, property } from "fast-check";
import {
  capturePostings,
  posting,
  type PostingKind,
  refundPostings,
} from "../../../../services/payments/domain/ledger.ts";

const KINDS: PostingKind[] = [
  "capture",
  "refund",
  "cash_in",
  "cash_out",
  "late_capture",
  "late_refund",
];

test("every posting sums to nothing", () => {
  assert(
    property(
      constantFrom(...KINDS),
      integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      (kind, amount) => {
        const { entries } = posting(kind, "r", amount);
        expect(entries.reduce((sum, entry) => sum + entry.amount, 0)).toBe(0);
        expect(entries.every((entry) => entry.amount !== 0)).toBe(true);
      },
    ),
  );
});

test("debits come first and are positive", () => {
  expect(posting("capture", "r", 5).entries).toEqual([
    { account: "psp_clearing", amount: 5 },
    { account: "customer_orders", amount: -5 },
  ]);
});

test("a refund undoes a capture on every account", () => {
  for (const provider of ["simulator", "cash"]) {
    const sums = new Map<string, number>();
    for (const { entries } of [
      ...capturePostings(provider, "p", 7),
      ...refundPostings(provider, "r", 7),
    ])
      for (const { account, amount } of entries)
        sums.set(account, (sums.get(account) ?? 0) + amount);
    expect([...sums.values()].every((sum) => sum === 0)).toBe(true);
  }
});

test("only cash goes into the drawer", () => {
  const kinds = (provider: string) => capturePostings(provider, "p", 7).map(({ kind }) => kind);
  expect(kinds("simulator")).toEqual(["capture"]);
  expect(kinds("cash")).toEqual(["capture", "cash_in"]);
});
