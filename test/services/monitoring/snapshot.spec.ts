import {
  collect,
  type Collector,
  type Metric,
} from "../../../services/monitoring/domain/snapshot.ts";

/** A collector that remembers what it was told. */
function collector() {
  const published: [string, string, object, number][] = [];
  const it: Collector = { update: (...update) => void published.push(update) };
  return { it, told: published };
}
const total = (name: string, value: number, caller: string | null = null): Metric => ({
  name,
  values: [{ labels: { action: "tea.brew", service: "tea", caller, errorType: "NO_TEA" }, value }],
});

test("a node's sums become what is new since its last snapshot, over all callers", () => {
  const { it, told: published } = collector();
  const labels = { action: "tea.brew", service: "tea", nodeID: "n1" };
  const both: Metric = {
    name: "moleculer.request.total",
    values: [...total("", 3, "a").values, ...total("", 4, "b").values],
  };
  collect(it, "n1", [both]);
  collect(it, "n1", [total("moleculer.request.total", 12)]);
  collect(it, "n1", [total("moleculer.request.total", 12)]);
  expect(published).toEqual([
    ["moleculer_req_total", "inc", labels, 7],
    ["moleculer_req_total", "inc", labels, 5],
  ]);
});

test("nodes are counted each by itself, and one that has started again begins anew", () => {
  const { it, told: published } = collector();
  for (const [node, value] of [
    ["n1", 10],
    ["n2", 1],
    ["n1", 2],
  ] as const)
    collect(it, node, [total("moleculer.request.total", value)]);
  expect(
    published.map(([, , labels, more]) => [(labels as { nodeID: string }).nodeID, more]),
  ).toEqual([
    ["n1", 10],
    ["n2", 1],
    ["n1", 2],
  ]);
});

test("errors keep their type, durations their quantiles, and what nobody asked for is left", () => {
  const { it, told: published } = collector();
  collect(it, "n1", [
    total("moleculer.request.error.total", 1),
    {
      name: "moleculer.request.time",
      values: [
        { labels: { action: "tea.brew", service: "tea" }, quantiles: { "0.5": 2, "0.99": null } },
      ],
    },
    total("os.memory.free", 5),
  ]);
  expect(published).toEqual([
    [
      "moleculer_req_errors_total",
      "inc",
      { action: "tea.brew", service: "tea", errorType: "NO_TEA", nodeID: "n1" },
      1,
    ],
    [
      "moleculer_req_duration_ms",
      "set",
      { action: "tea.brew", service: "tea", nodeID: "n1", quantile: "0.5" },
      2,
    ],
  ]);
});
