import { KINDS, nodePlans, planOf } from "./plan.ts";
import { randomFrom } from "./random.ts";

const NODES = nodePlans([1, 2]).map(({ name }) => name);

test("the same seed plans the same faults, another one others", () => {
  expect(planOf(7, 10, NODES)).toEqual(planOf(7, 10, NODES));
  expect(planOf(7, 10, NODES)).not.toEqual(planOf(8, 10, NODES));
});

test("each kind is killed as often as was asked, and each node before any dies twice", () => {
  const plan = planOf(3, 10, NODES);
  for (const kind of KINDS)
    expect(plan.filter((failure) => failure.kind === kind)).toHaveLength(10);
  const dying = plan.filter(({ kind }) => kind === "node").map(({ target }) => target);
  expect(new Set(dying.slice(0, NODES.length))).toEqual(new Set(NODES));
});

test("what is paused stays away longer than a lease, some longer than heartbeats are waited for", () => {
  const paused = planOf(5, 40, NODES).filter(({ kind }) => kind === "pause");
  expect(new Set(paused.map(({ target }) => target))).toEqual(new Set([...NODES, "nats"]));
  for (const { downMs } of paused) expect(downMs).toBeGreaterThan(4_000);
  expect(paused.some(({ downMs }) => downMs > 9_000)).toBe(true);
});

test("chance keeps to its limits, and shuffling loses nothing", () => {
  const random = randomFrom(1);
  for (let n = 0; n < 1_000; n += 1) {
    expect(random.next()).toBeLessThan(1);
    expect(random.below(3)).toBeLessThan(3);
  }
  const all = Array.from({ length: 50 }, (_, n) => n);
  expect(random.shuffled(all).toSorted((a, b) => a - b)).toEqual(all);
});
