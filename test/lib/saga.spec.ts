/** The engine of processes: moves, waiting, effects, commands and deadlines. */
import { v7 } from "uuid";
import { commandId } from "../../lib/idempotency.ts";
import { DONE, type Saga } from "../../lib/saga.ts";
import { aFeed } from "../support/a-feed.ts";
import { stage, type Stage } from "../support/stage.ts";
import { kitchen, slow, type Steps, straight, type Tea } from "./sagas.ts";

let harness: Stage;
let nodeWith: ReturnType<typeof kitchen>["nodeWith"];
let begun: ReturnType<typeof kitchen>["begun"];
let rowOf: ReturnType<typeof kitchen>["rowOf"];
let logOf: ReturnType<typeof kitchen>["logOf"];
let makeDue: ReturnType<typeof kitchen>["makeDue"];
beforeAll(async () => {
  harness = await stage([aFeed("kitchen")]);
  await harness.db("kitchen").sql.run("create table brewed (saga_id uuid, n int)");
  ({ nodeWith, begun, rowOf, logOf, makeDue } = kitchen(harness.db("kitchen")));
});
afterAll(() => harness.leave());
const db = () => harness.db("kitchen");

test("a process goes on until its end, keeps what it learnt, and logs each move", async () => {
  const node = nodeWith(straight);
  const id = await begun(node);
  await node.sagas.drive(id);
  expect(await rowOf(id)).toMatchObject({ step: DONE, state: { cups: 2 }, version: 2 });
  expect((await rowOf(id)).ended_at).not.toBeNull();
  expect(await logOf(id)).toEqual(["boil begun", "boil boiled", "pour poured"]);
  expect(node.moves).toEqual(["boil begun", "boil boiled", "pour poured"]);
  await node.sagas.drive(id);
  expect(await logOf(id)).toHaveLength(3);
});

test("a process whose beginning is rolled back does not exist, and nobody is told", async () => {
  const node = nodeWith(straight);
  const id = v7();
  const spilt = db().transaction(async (tx) => {
    await node.sagas.begin(tx, { id, kind: "tea", step: "boil", state: {} });
    throw new Error("spilt");
  });
  await expect(spilt).rejects.toThrow("spilt");
  await node.sagas.drive(id);
  expect(await rowOf(id)).toBeUndefined();
  expect(node.moves).toEqual([]);
});

test("the id of a command is that of its process, step and number, on any node and at any time", async () => {
  const ids: string[] = [];
  const steps: Steps = {
    boil: async (_, command) => {
      ids.push(command(), command(0), command(7));
      if (ids.length < 4) throw new Error("again");
      return { to: DONE, outcome: "boiled" };
    },
  };
  const id = await begun(nodeWith(steps));
  await nodeWith(steps).sagas.drive(id);
  await nodeWith(steps).sagas.drive(id);
  const [first, , seventh] = ids;
  expect(ids).toEqual([first, first, seventh, first, first, seventh]);
  expect(first).toBe(commandId(id, "boil"));
  expect(new Set([first, seventh, commandId(id, "pour"), commandId(v7(), "boil")]).size).toBe(4);
});

test("waiting is no move: it is due again after that time, and asks again", async () => {
  let asked = 0;
  const node = nodeWith({
    boil: async () => {
      asked += 1;
      return asked < 3 ? { waitMs: 20_000 } : { to: DONE, outcome: "boiled" };
    },
  });
  const id = await begun(node);
  await node.sagas.drive(id);
  const row = await rowOf(id);
  expect(row).toMatchObject({ step: "boil", version: 0, last_error: null });
  expect(row.in_ms).toBeGreaterThan(18_000);
  await makeDue(id);
  await node.sagas.runDue();
  await makeDue(id);
  await node.sagas.runDue();
  expect(await rowOf(id)).toMatchObject({ step: DONE });
  expect(asked).toBe(3);
});

test("a step that comes later is not taken before", async () => {
  const node = nodeWith({
    ...straight,
    boil: async () => ({ to: "pour", outcome: "b", afterMs: 9_000 }),
  });
  const id = await begun(node);
  await node.sagas.drive(id);
  const { step, in_ms: inMs } = await rowOf(id);
  expect(step).toBe("pour");
  expect(inMs).toBeGreaterThan(7_000);
});

test("an effect that fails undoes its move, and both are tried again together", async () => {
  let fails = true;
  const steps: Steps = {
    boil: async ({ id }) => ({
      to: DONE,
      outcome: "boiled",
      effect: async (tx) => {
        await db().in(tx).run("insert into brewed values ($1, 1)", [id]);
        if (fails) throw new Error("spilt");
      },
    }),
  };
  const node = nodeWith(steps);
  const id = await begun(node);
  await node.sagas.drive(id);
  expect(await rowOf(id)).toMatchObject({ step: "boil", version: 0, last_error: "Error: spilt" });
  expect(await db().sql.rows("select * from brewed where saga_id = $1", [id])).toEqual([]);
  fails = false;
  await node.sagas.drive(id);
  expect(await rowOf(id)).toMatchObject({ step: DONE });
  expect(await db().sql.rows("select * from brewed where saga_id = $1", [id])).toHaveLength(1);
});

test("from outside it moves only from where it may, once, and the step in flight is refused", async () => {
  const boiling = slow({ to: "pour", outcome: "boiled" });
  const node = nodeWith({
    boil: boiling.step,
    cool: async () => ({ to: DONE, outcome: "cooled" }),
    pour: async () => ({ to: DONE, outcome: "poured" }),
  });
  const id = await begun(node);
  const driving = node.sagas.drive(id);
  await boiling.entered;
  const cancel = (from: string[]) =>
    db().transaction((tx) =>
      node.sagas.move(tx, id, { from, to: "cool", outcome: "cancel", state: { seen: "cancel" } }),
    );
  expect(await cancel(["pour"])).toBe(false);
  expect(await cancel(["boil", "pour"])).toBe(true);
  expect(await cancel(["boil", "pour"])).toBe(false);
  boiling.end();
  await driving;
  expect(await logOf(id)).toEqual(["boil begun", "boil cancel", "cool cooled"]);
  expect(await rowOf(id)).toMatchObject({ step: DONE, state: { seen: "cancel" } });
  expect(node.moves).toEqual(["boil begun", "boil cancel", "cool cooled"]);
  expect(await cancel([DONE])).toBe(false);
});

test("a step knows the deadline of its process", async () => {
  const seen: (string | undefined)[] = [];
  const node = nodeWith({
    boil: async ({ deadline }: Saga<Tea>) => {
      seen.push(deadline);
      return { to: DONE, outcome: "boiled" };
    },
  });
  const deadline = "2030-01-02T03:04:05.678Z";
  await node.sagas.drive(await begun(node, "boil", deadline));
  await node.sagas.drive(await begun(node));
  expect(seen).toEqual([deadline, undefined]);
});
