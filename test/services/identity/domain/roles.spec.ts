import { assert, constantFrom, property, shuffledSubarray } from "fast-check";
import { GRANTS, PERMISSIONS, ROLES, scopeOf } from "../../../../services/identity/domain/roles.ts";

const WIDTH = { none: 0, own: 1, store: 2, any: 3 } as const;
const widthOf = (roles: readonly string[], permission: string) =>
  WIDTH[scopeOf(roles, permission) ?? "none"];

describe("what a role may", () => {
  test.each([
    ["user", "orders.read", "own"],
    ["user", "payments.refund", undefined],
    ["user", "roles.assign", undefined],
    ["user", "stock.read", undefined],
    ["coach", "orders.cancel", "own"],
    ["cashier", "orders.place", "store"],
    ["cashier", "orders.cancel", "own"],
    ["cashier", "payments.refund", undefined],
    ["cashier", "stock.adjust", undefined],
    ["store_manager", "payments.refund", "store"],
    ["store_manager", "payments.reports", "store"],
    ["store_manager", "prices.edit", undefined],
    ["store_manager", "roles.assign", undefined],
    ["stock_clerk", "stock.count", "store"],
    ["stock_clerk", "payments.read", "own"],
    ["accountant", "payments.refund", "any"],
    ["accountant", "payments.reports", "any"],
    ["accountant", "orders.cancel", "own"],
    ["accountant", "stock.adjust", undefined],
    ["editor", "catalog.import", "any"],
    ["editor", "payments.reports", undefined],
    ["moderator", "users.read", "any"],
    ["moderator", "users.edit", "own"],
    ["admin", "system.read", "any"],
  ])("%s: %s is %s", (role, permission, scope) => {
    expect(scopeOf([role], permission)).toBe(scope);
  });

  test.each(PERMISSIONS)("an admin may %s everywhere", (permission) => {
    expect(scopeOf(["admin"], permission)).toBe("any");
  });

  test.each(ROLES)("a %s may at least what every member may", (role) => {
    for (const permission of Object.keys(GRANTS.user)) {
      expect(widthOf([role], permission)).toBeGreaterThanOrEqual(WIDTH.own);
    }
  });

  test.each(["roles.assign", "sagas.retry", "system.read", "users.edit"])(
    "nobody but an admin has %s beyond what is their own",
    (permission) => {
      const others = ROLES.filter((role) => role !== "admin");
      expect(widthOf(others, permission)).toBeLessThanOrEqual(WIDTH.own);
    },
  );

  test.each([
    [[], "orders.read"],
    [["owner"], "orders.read"],
    [["Admin"], "orders.read"],
    [["constructor", "__proto__", "toString"], "orders.read"],
    [["admin"], "orders.burn"],
    [["admin"], "constructor"],
    [["user"], "toString"],
  ])("roles %j grant no %s", (roles, permission) => {
    expect(scopeOf(roles, permission)).toBeUndefined();
  });

  test("of many roles the widest counts, in whatever order they come", () => {
    const roles = shuffledSubarray([...ROLES, "nobody"]);
    assert(
      property(roles, constantFrom(...PERMISSIONS), (held, permission) => {
        const widest = Math.max(0, ...held.map((role) => widthOf([role], permission)));
        expect(widthOf(held, permission)).toBe(widest);
      }),
    );
  });
});
