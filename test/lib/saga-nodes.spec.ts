/** Processes on several nodes: leases, take-over, late answers, errors and leaving. */
import { DONE, type Move } from "../../lib/saga.ts";
import { aFeed } from "../support/a-feed.ts";
import { eventually, stage, type Stage } from "../support/stage.ts";
import { kitchen, slow, type Steps, straight } from "./sagas.ts";

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

test("while its lease runs nobody takes it over; then any node does, and ends it", async () => {
  const boiling = slow({ to: "pour", outcome: "boiled late" });
  const dead = nodeWith({ ...straight, boil: boiling.step });
  const alive = nodeWith(straight);
  const id = await begun(dead);
  const late = dead.sagas.drive(id);
  await boiling.entered;
  await alive.sagas.runDue();
  expect(await rowOf(id)).toMatchObject({ step: "boil", version: 0, attempt: 0 });
  expect((await rowOf(id)).in_ms).toBeGreaterThan(2_000);

  await makeDue(id);
  expect(await alive.sagas.runDue()).toBe(1);
  expect(await rowOf(id)).toMatchObject({ step: DONE, version: 2 });

  // The answer that the first node still gets moves nothing any more.
  boiling.end();
  await late;
  expect(await logOf(id)).toEqual(["boil begun", "boil boiled", "pour poured"]);
});

test("a late answer meets a step that came again, and is still refused", async () => {
  const boiling = slow({ to: "pour", outcome: "late" });
  const dead = nodeWith({ ...straight, boil: boiling.step });
  const id = await begun(dead);
  const late = dead.sagas.drive(id);
  await boiling.entered;
  const other = nodeWith({ boil: async () => ({ to: "boil", outcome: "anew", afterMs: 60_000 }) });
  await other.sagas.drive(id);
  dead.sagas.leave();
  boiling.end();
  await late;
  expect(await logOf(id)).toEqual(["boil begun", "boil anew"]);
});

test("of many nodes that look at once, each process is taken by one", async () => {
  const taken: string[] = [];
  const steps: Steps = {
    boil: async ({ id }) => {
      taken.push(id);
      return { to: DONE, outcome: "boiled" };
    },
  };
  const nodes = Array.from({ length: 6 }, () => nodeWith(steps));
  for (let round = 0; round < 8; round += 1) {
    const ids = await Promise.all(Array.from({ length: 60 }, () => begun(nodeWith(steps))));
    await db().sql.run("update saga set due_at = now() where id = any($1::uuid[])", [ids]);
    const counts = await Promise.all(nodes.map(({ sagas }) => sagas.runDue()));
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(60);
    expect(taken.splice(0).sort()).toEqual([...ids].sort());
  }
});

test("one that hangs holds up no other", async () => {
  const hanging = slow({ to: DONE, outcome: "boiled" });
  const node = nodeWith({
    boil: hanging.step,
    pour: async () => ({ to: DONE, outcome: "poured" }),
  });
  const [stuck, free] = [await begun(node), await begun(node, "pour")];
  await makeDue(stuck);
  const running = node.sagas.runDue();
  await hanging.entered;
  await makeDue(free);
  await node.sagas.runDue();
  expect(await rowOf(free)).toMatchObject({ step: DONE });
  hanging.end();
  await running;
});

test("asked to drive many times at once, a node takes each step once", async () => {
  let boiled = 0;
  const node = nodeWith({
    boil: async () => {
      boiled += 1;
      return { to: DONE, outcome: "boiled" };
    },
  });
  const id = await begun(node);
  await Promise.all(Array.from({ length: 20 }, () => node.sagas.drive(id)));
  expect(boiled).toBe(1);
});

test("errors are noted and tried again, with pauses that grow to 30 s and no further", async () => {
  const steps = {
    boil: async (): Promise<Move> => {
      throw new Error("no water\0");
    },
  };
  const node = nodeWith(steps);
  const id = await begun(node);
  await node.sagas.drive(id);
  const first = await rowOf(id);
  expect(first.last_error).toBe("Error: no water");
  expect(first.in_ms).toBeGreaterThan(300);
  expect(first.in_ms).toBeLessThan(1_600);
  for (let n = 1; n <= 12; n += 1) {
    await makeDue(id);
    await node.sagas.runDue();
  }
  const last = await rowOf(id);
  expect(last).toMatchObject({ attempt: 12, version: 0, step: "boil" });
  expect(last.in_ms).toBeGreaterThan(14_000);
  expect(last.in_ms).toBeLessThanOrEqual(45_000);

  await nodeWith(straight).sagas.drive(id);
  expect(await rowOf(id)).toMatchObject({ step: DONE, attempt: 0, last_error: null });
});

test("a step or kind that this node does not know is left to one that does", async () => {
  const node = nodeWith({});
  const id = await begun(node);
  await node.sagas.drive(id);
  expect((await rowOf(id)).last_error).toContain("has no step boil");
  await nodeWith(straight).sagas.drive(id);
  expect(await rowOf(id)).toMatchObject({ step: DONE });
});

test("a node that leaves ends the step that it is in and takes no other", async () => {
  const boiling = slow({ to: "pour", outcome: "boiled" });
  const node = nodeWith({ ...straight, boil: boiling.step });
  const id = await begun(node);
  const driving = node.sagas.drive(id);
  await boiling.entered;
  node.sagas.leave();
  boiling.end();
  await driving;
  expect(await rowOf(id)).toMatchObject({ step: "pour" });
  await makeDue(id);
  expect(await node.sagas.runDue()).toBe(0);
  await eventually(() => nodeWith(straight).sagas.runDue());
  expect(await rowOf(id)).toMatchObject({ step: DONE });
});
