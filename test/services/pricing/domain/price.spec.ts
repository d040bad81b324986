import * as fc from "fast-check";
import {
  lowestPriorPrice,
  type Price,
  priceFor,
  type PriceWanted,
} from "../../../../services/pricing/domain/price.ts";

const AT = "2026-03-10T12:00:00.000Z";
const aPrice = (price: Partial<Price> = {}): Price => ({
  priceMinor: 1_000,
  currency: "EUR",
  list: "retail",
  minQuantity: 1,
  ...price,
});
const priced = (prices: Price[], wanted: Partial<PriceWanted> = {}) =>
  priceFor(prices, { quantity: 1, at: AT, currency: "EUR", lists: ["retail"], ...wanted })
    ?.priceMinor;

describe("the price that holds", () => {
  const tiers = [
    aPrice(),
    aPrice({ minQuantity: 10, priceMinor: 900 }),
    aPrice({ minQuantity: 100, priceMinor: 800 }),
  ];

  test.each([
    [1, 1_000],
    [9, 1_000],
    [10, 900],
    [99, 900],
    [100, 800],
  ])("for %i pieces it is %i each", (quantity, minor) => {
    expect(priced(tiers, { quantity })).toBe(minor);
    expect(priced(tiers.toReversed(), { quantity })).toBe(minor);
  });

  test("it holds from its first moment until just before its last", () => {
    const week = aPrice({
      validFrom: "2026-03-09T00:00:00.000Z",
      validTo: "2026-03-16T00:00:00.000Z",
    });
    expect(priced([week], { at: "2026-03-08T23:59:59.999Z" })).toBeUndefined();
    expect(priced([week], { at: "2026-03-09T00:00:00.000Z" })).toBe(1_000);
    expect(priced([week], { at: "2026-03-15T23:59:59.999Z" })).toBe(1_000);
    expect(priced([week], { at: "2026-03-16T00:00:00.000Z" })).toBeUndefined();
  });

  test("a new price replaces the old one, also when it is higher", () => {
    const raised = aPrice({ priceMinor: 1_200, validFrom: "2026-03-01T00:00:00.000Z" });
    expect(priced([aPrice(), raised])).toBe(1_200);
    expect(priced([raised, aPrice()], { at: "2026-02-01T00:00:00.000Z" })).toBe(1_000);
  });

  test("a temporary price goes before a standing one that began later", () => {
    const offer = aPrice({ priceMinor: 700, validTo: "2026-04-01T00:00:00.000Z" });
    const standing = aPrice({ priceMinor: 1_100, validFrom: "2026-03-05T00:00:00.000Z" });
    expect(priced([standing, offer])).toBe(700);
    expect(priced([standing, offer], { at: "2026-04-01T00:00:00.000Z" })).toBe(1_100);
  });

  test("an offer below the tier's price is not lost by buying more", () => {
    const offer = aPrice({ priceMinor: 850, validTo: "2026-04-01T00:00:00.000Z" });
    expect(priced([...tiers, offer], { quantity: 10 })).toBe(850);
    expect(priced([...tiers, offer], { quantity: 100 })).toBe(800);
  });

  test("the buyer's most special list decides, and others are not seen", () => {
    const prices = [aPrice(), aPrice({ list: "members", priceMinor: 1_050 })];
    expect(priced(prices, { lists: ["members", "retail"] })).toBe(1_050);
    expect(priced(prices, { lists: ["wholesale", "retail"] })).toBe(1_000);
    expect(priced(prices, { lists: ["wholesale"] })).toBeUndefined();
    expect(priced(prices, { lists: [] })).toBeUndefined();
  });

  test("another currency's price is none", () => {
    expect(priced([aPrice({ currency: "USD" })])).toBeUndefined();
  });

  test("the order of the prices does not matter", () => {
    const prices = fc.array(
      fc.record({
        priceMinor: fc.nat({ max: 5 }),
        currency: fc.constant("EUR"),
        list: fc.constantFrom("retail", "members"),
        minQuantity: fc.constantFrom(1, 10),
      }),
    );
    fc.assert(
      fc.property(prices, (some) => {
        expect(priced(some.toReversed(), { quantity: 10 })).toBe(priced(some, { quantity: 10 }));
      }),
    );
  });
});

describe("the lowest prior price (Directive 98/6/EC, art. 6a)", () => {
  const SALE = "2026-07-01T00:00:00.000Z";
  const changes = (...list: [at: string, priceMinor: number][]) =>
    list.map(([at, priceMinor]) => ({ at, priceMinor }));

  test.each<[string, [string, number][], number | undefined]>([
    ["never on sale before", [], undefined],
    ["on sale only from now on", [[SALE, 800]], undefined],
    ["one price for years", [["2024-01-01T00:00:00.000Z", 1_000]], 1_000],
    ["new for a week", [["2026-06-24T00:00:00.000Z", 1_000]], 1_000],
    [
      "the reduced price itself does not count",
      [
        ["2024-01-01T00:00:00.000Z", 1_000],
        [SALE, 700],
      ],
      1_000,
    ],
    [
      "raised shortly before, to reduce it again",
      [
        ["2024-01-01T00:00:00.000Z", 1_000],
        ["2026-06-20T00:00:00.000Z", 1_400],
      ],
      1_000,
    ],
    [
      "a short offer in the last 30 days",
      [
        ["2024-01-01T00:00:00.000Z", 1_000],
        ["2026-06-10T00:00:00.000Z", 750],
        ["2026-06-11T00:00:00.000Z", 1_000],
      ],
      750,
    ],
    [
      "an offer that ended as the 30 days began",
      [
        ["2026-05-01T00:00:00.000Z", 750],
        ["2026-06-01T00:00:00.000Z", 1_000],
      ],
      1_000,
    ],
    [
      "an offer that ended a moment later",
      [
        ["2026-05-01T00:00:00.000Z", 750],
        ["2026-06-01T00:00:00.001Z", 1_000],
      ],
      750,
    ],
    [
      "a mistake mended in the same moment",
      [
        ["2026-06-10T00:00:00.000Z", 1],
        ["2026-06-10T00:00:00.000Z", 1_000],
      ],
      1_000,
    ],
    [
      "free for a day",
      [
        ["2026-06-10T00:00:00.000Z", 0],
        ["2026-06-11T00:00:00.000Z", 1_000],
      ],
      0,
    ],
    [
      "what comes after",
      [
        ["2024-01-01T00:00:00.000Z", 1_000],
        ["2026-08-01T00:00:00.000Z", 500],
      ],
      1_000,
    ],
  ])("%s", (_, history, lowest) => {
    expect(lowestPriorPrice(changes(...history), SALE)).toBe(lowest);
  });

  test("the changes may come in any order", () => {
    const history = changes(
      ["2026-06-20T00:00:00.000Z", 1_100],
      ["2026-05-20T00:00:00.000Z", 1_000],
      ["2026-05-01T00:00:00.000Z", 750],
    );
    expect(lowestPriorPrice(history, SALE)).toBe(1_000);
    expect(lowestPriorPrice(history.toReversed(), SALE)).toBe(1_000);
  });
});
