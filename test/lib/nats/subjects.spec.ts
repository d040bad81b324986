import { isOf, memberOf, memberOfNode, nodeIdOf, offeredBy } from "../../../lib/nats/subjects.ts";

test.each([
  [[], "company"],
  [["orders"], "orders"],
  [["orders", "carts", "orders"], "carts+orders"],
])("a node of %p is the member %s", (services, member) => {
  expect(memberOf(services)).toBe(member);
});

test.each([
  ["orders", "orders-1", "orders-1"],
  ["orders", "orders", "orders"],
  ["orders", "7d9f", "orders-7d9f"],
  ["orders", "ordersy-1", "orders-ordersy-1"],
  ["orders", "db.example *>", "orders-db_example___"],
  ["carts+orders", "rest", "carts+orders-rest"],
  ["operator", "4711", "operator-4711"],
])("of %s, a node called %s is %s on the bus, and can be told to be", (member, name, id) => {
  expect(nodeIdOf(member, name)).toBe(id);
  expect(memberOfNode(id)).toBe(member);
  expect(isOf(member, id)).toBe(true);
});

test("a group offers what its services do, an operator nothing, the company anything", () => {
  expect(offeredBy("carts+orders")).toEqual(["carts", "orders"]);
  expect(offeredBy("operator")).toEqual([]);
  expect(offeredBy("company")).toBeUndefined();
});
