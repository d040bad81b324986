/** Views of what was seen of the system. */
import type { DatabaseState } from "../../../lib/operations.ts";
import {
  deadLetterIdOf,
  deadLetterNamed,
  feedsOf,
  servicesOf,
} from "../../../services/monitoring/domain/views.ts";

const database = (service: string, more: Partial<DatabaseState> = {}): DatabaseState => ({
  service,
  reachable: true,
  head: 0,
  unnumbered: 0,
  unnumberedSeconds: 0,
  deadLetters: 0,
  cursors: [],
  sagas: [],
  jobs: [],
  connections: 3,
  maxConnections: 200,
  ...more,
});
const cursor = (producer: string, position: number) => ({
  producer,
  position,
  tries: 0,
  error: null,
});
const node = (id: string, available: boolean, ...names: string[]) => ({
  id,
  available,
  services: names.map((name) => ({ name, actions: [`${name}.health`] })),
});

test("a service of which only dead nodes are known is shown without nodes", () => {
  const nodes = [node("a", true, "orders", "$node"), node("b", false, "orders", "carts")];
  expect(servicesOf(nodes, [database("orders")])).toEqual([
    { name: "carts", nodes: [], actions: ["carts.health"] },
    {
      name: "orders",
      nodes: ["a"],
      actions: ["orders.health"],
      database: { reachable: true, connections: 3, maxConnections: 200 },
    },
  ]);
});

test("each feed is shown with whoever hears it, and how far behind they are", () => {
  const seen = feedsOf([
    database("orders", { head: 10 }),
    database("carts", { head: 2, cursors: [cursor("orders", 7)] }),
    // Read a moment later than the head: not ahead of it.
    database("pricing", { cursors: [cursor("orders", 11)] }),
    database("payments", { reachable: false }),
  ]);
  expect(seen.map(({ producer, consumers }) => [producer, consumers])).toEqual([
    [
      "orders",
      [
        { consumer: "carts", position: 7, behind: 3, tries: 0, error: null },
        { consumer: "pricing", position: 11, behind: 0, tries: 0, error: null },
      ],
    ],
    ["carts", []],
    ["pricing", []],
    ["payments", []],
  ]);
});

test("what was put aside has an id that says where it lies", () => {
  const id = deadLetterIdOf("carts", "orders", 17);
  expect(id).toBe("carts.orders.17");
  expect(deadLetterNamed(id)).toEqual({ service: "carts", producer: "orders", position: 17 });
});
