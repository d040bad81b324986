import { DEMO } from "../../../operations/demo/company.ts";
import { DemoUser } from "../../../operations/demo/shapes.ts";

const { coupons, stores, users } = DEMO;
const shops = stores.filter(({ kind }) => kind === "store").map(({ code }) => code);

describe("users", () => {
  test("there is one for each role, found by the role's name", () => {
    const roles = (DemoUser.properties.role as unknown as { enum: string[] }).enum;
    expect(roles).toHaveLength(9);
    expect(users.map(({ role }) => role).toSorted()).toEqual(roles.toSorted());
    for (const { role, username, email } of users) {
      expect({ username, email }).toEqual({
        username: role,
        email: `${role}@demo.comptoir.example`,
      });
    }
  });

  test("who works in a shop is bound to one shop, nobody else to any", () => {
    const bound = users.filter((user) => user.stores !== undefined);
    expect(bound.map(({ role }) => role)).toEqual(["cashier", "store_manager", "stock_clerk"]);
    for (const { stores = [] } of bound) {
      expect(stores).toHaveLength(1);
      expect(shops).toEqual(expect.arrayContaining(stores));
    }
  });

  test("no password is in the data", () => {
    expect(JSON.stringify(DEMO)).not.toMatch(/passw|secret|token/i);
  });
});

describe("coupons", () => {
  test("each takes off either a share or an amount", () => {
    for (const { code, kind, percentBasisPoints, amountMinor } of coupons) {
      const given = {
        percent: percentBasisPoints !== undefined,
        amount: amountMinor !== undefined,
      };
      expect({ code, ...given }).toEqual({
        code,
        percent: kind === "percent",
        amount: kind === "amount",
      });
    }
  });

  test("an amount off never exceeds what must be spent", () => {
    const amounts = coupons.filter(({ kind }) => kind === "amount");
    expect(amounts.length).toBeGreaterThan(0);
    for (const { amountMinor = 0, minimumMinor = 0 } of amounts) {
      expect(amountMinor).toBeLessThan(minimumMinor);
    }
  });

  test("the four rules are shown: per customer, from an amount, one for all, too late", () => {
    expect(coupons).toEqual([
      expect.objectContaining({
        code: "BIENVENUE10",
        percentBasisPoints: 1_000,
        maxUsesPerCustomer: 1,
      }),
      expect.objectContaining({ code: "CAFE5", amountMinor: 500, minimumMinor: 3_000 }),
      expect.objectContaining({ code: "UNIQUE", percentBasisPoints: 1_500, maxUses: 1 }),
      expect.objectContaining({ code: "ETE2026", endsAt: "2026-08-31T21:59:59.999Z" }),
    ]);
  });

  test("a coupon starts before it ends", () => {
    const dated = coupons.filter(({ startsAt, endsAt }) => startsAt && endsAt);
    expect(dated.map(({ code }) => code)).toEqual(["ETE2026"]);
    for (const { startsAt = "", endsAt = "" } of dated) expect(startsAt < endsAt).toBe(true);
  });
});

describe("stores", () => {
  test("the warehouse is asked first to ship, then the shops", () => {
    const inOrder = stores.toSorted((a, b) => a.priority - b.priority);
    expect(inOrder.map(({ code }) => code)).toEqual(["WEB", "PAR", "LYO", "NAN"]);
    expect(inOrder.map(({ priority }) => priority)).toEqual([1, 2, 3, 4]);
  });

  test("opening hours run forward and do not overlap", () => {
    for (const { code, hours } of stores) {
      for (const [day, openings] of Object.entries(hours)) {
        const moments = openings.flat();
        expect({ code, day, moments }).toEqual({ code, day, moments: moments.toSorted() });
        expect(new Set(moments).size).toBe(moments.length);
      }
    }
  });

  test("each stands in metropolitan France, with a number kept for fiction", () => {
    for (const { latitude, longitude, phone } of stores) {
      expect(latitude > 42 && latitude < 51.1).toBe(true);
      expect(longitude > -5 && longitude < 8.3).toBe(true);
      expect(phone).toMatch(/^\+33(19900|26191|35301|46571|53649)\d{4}$/);
    }
  });
});
