/** Work on many shelves grows with their number, not with its square: counted, not timed. */
import { arrived } from "../../../../services/inventory/domain/transfer.ts";
import {
  changed,
  crossings,
  finder,
  runningLow,
  type Shelf,
  summed,
} from "../../../../services/inventory/domain/shelves.ts";

const many = <T>(n: number, one: (i: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => one(i));
const shelf = (i: number): Shelf => ({
  storeId: "here",
  variantId: `v${i}`,
  onHand: 10,
  reserved: 0,
  open: true,
});
const change = (i: number) => ({ storeId: "here", variantId: `v${i}`, onHand: -8, reserved: 0 });
const line = (i: number) => ({
  variantId: `v${i}`,
  sku: `v${i}`,
  sent: 2,
  received: 0,
  lost: 0,
  returned: 0,
});

/** How often the `variantId` of any of `rows` is read while `work` goes on. */
function readsOf<T extends { variantId: string }>(
  rows: readonly T[],
  work: (counted: T[]) => unknown,
): number {
  let reads = 0;
  const counted = rows.map(
    (row) =>
      new Proxy(row, {
        get(target, name, receiver): unknown {
          if (name === "variantId") reads += 1;
          return Reflect.get(target, name, receiver);
        },
      }),
  );
  work(counted);
  return reads;
}

const WORK: readonly (readonly [string, (n: number) => number])[] = [
  [
    "finding the shelf of each line",
    (n) =>
      readsOf(many(n, shelf), (shelves) => {
        const find = finder(shelves);
        for (let i = 0; i < n; i += 1) find({ storeId: "here", variantId: `v${i}` });
      }),
  ],
  ["changing shelves", (n) => readsOf(many(n, shelf), (all) => changed(all, many(n, change)))],
  ["summing changes", (n) => readsOf(many(n, change), summed)],
  [
    "finding what runs low",
    (n) => readsOf(many(n, shelf), (all) => runningLow(all, changed(all, many(n, change)))),
  ],
  [
    "finding what crosses a state",
    (n) => readsOf(many(n, shelf), (all) => crossings(all, changed(all, many(n, change)))),
  ],
  [
    "receiving a transfer",
    (n) =>
      readsOf(many(n, line), (lines) =>
        arrived(
          lines,
          many(n, (i) => ({ variantId: `v${i}`, received: 1 })),
        ),
      ),
  ],
];

test.each(WORK)("%s: ten times as many cost ten times as much", (_, work) => {
  const [few, more] = [work(200), work(2_000)];
  expect(few).toBeGreaterThan(0);
  expect(more / few).toBeLessThan(12);
});

test("a shelf is found by both its store and its variant", () => {
  const find = finder([shelf(1), { ...shelf(1), storeId: "there", onHand: 3 }]);
  expect(find({ storeId: "there", variantId: "v1" })?.onHand).toBe(3);
  expect(find({ storeId: "there", variantId: "v2" })).toBeUndefined();
});
