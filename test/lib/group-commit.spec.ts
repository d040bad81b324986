import { groupCommit } from "../../lib/group-commit.ts";
import { failure } from "../../lib/failure.ts";
import { DatabaseBusy, DatabaseTimeout } from "../../lib/sql.ts";

const Full = failure("TEST_FULL", 503, { en: "Full.", fr: "Plein." });
const full = () => Full({});
const double = async (group: readonly number[]) => group.map((n) => n * 2);

/** A group commit whose groups go on only when the test says so. */
function gated({ maxWaiting = 100, maxGroup = 3 } = {}) {
  const groups: number[][] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const ask = groupCommit<number, number>({
    name: "test",
    full,
    maxWaiting,
    maxGroup,
    run: async (group) => {
      groups.push([...group]);
      await gate;
      return double(group);
    },
  });
  return { ask, groups, open: () => open() };
}

test("who comes alone goes alone and at once; who comes meanwhile goes together, in order and in full groups", async () => {
  const { ask, groups, open } = gated();
  const first = ask(1);
  await Promise.resolve();
  await Promise.resolve();
  expect(groups).toEqual([[1]]);
  const rest = [2, 3, 4, 5].map((n) => ask(n));
  open();
  expect(await Promise.all([first, ...rest])).toEqual([2, 4, 6, 8, 10]);
  expect(groups).toEqual([[1], [2, 3, 4], [5]]);
});

test("when as many wait as may, the next is refused at once and the waiting are not", async () => {
  const { ask, open } = gated({ maxWaiting: 2 });
  const first = ask(1);
  await Promise.resolve();
  await Promise.resolve();
  const waiting = [ask(2), ask(3)];
  await expect(ask(4)).rejects.toMatchObject({ type: Full.type });
  open();
  expect(await Promise.all([first, ...waiting])).toEqual([2, 4, 6]);
  expect(await ask(5)).toBe(10);
});

test("a group that fails is tried command by command: the bad one spoils only itself", async () => {
  const run = async (group: readonly number[]) => {
    if (group.includes(13)) throw new Error("unlucky");
    return double(group);
  };
  const ask = groupCommit({ name: "test", full, run });
  const answers = await Promise.allSettled([1, 13, 2].map((n) => ask(n)));
  expect(answers).toMatchObject([{ value: 2 }, { reason: { message: "unlucky" } }, { value: 4 }]);
});

test("an Error among the answers refuses that command only, and nothing is tried again", async () => {
  let runs = 0;
  const run = async (group: readonly number[]) => {
    runs += 1;
    return group.map((n) => (n === 13 ? new Error("refused") : n));
  };
  const ask = groupCommit<number, number>({ name: "test", full, run });
  const answers = await Promise.allSettled([1, 13].map((n) => ask(n)));
  expect(answers).toMatchObject([{ value: 1 }, { reason: { message: "refused" } }]);
  expect(runs).toBe(1);
});

test("a command that failed because of others is tried alone until it goes through", async () => {
  let failures = 2;
  const run = async (group: readonly number[]) => {
    if (failures-- > 0) throw new Error("another node was at it");
    return double(group);
  };
  expect(await groupCommit({ name: "test", full, run })(1)).toBe(2);
});

test("a passing trouble is told to the whole group at once, and the next group is carried out", async () => {
  let runs = 0;
  const run = async (group: readonly number[]) => {
    runs += 1;
    if (runs === 1) throw Object.assign(DatabaseBusy({ reason: "test" }), { retryable: true });
    return double(group);
  };
  const ask = groupCommit({ name: "test", full, run });
  const refused = await Promise.allSettled([1, 2].map((n) => ask(n)));
  expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(runs).toBe(1);
  expect(await ask(3)).toBe(6);
});

test("a group that took too long is not carried out once more command by command", async () => {
  let runs = 0;
  const run = async () => {
    runs += 1;
    throw DatabaseTimeout({ reason: "57014" });
  };
  const ask = groupCommit({ name: "test", full, run });
  const refused = await Promise.allSettled([1, 2].map((n) => ask(n)));
  expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(runs).toBe(1);
});
