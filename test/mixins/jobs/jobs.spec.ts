/** Jobs on real nodes: each once, however slow, wherever a node dies. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceBroker } from "moleculer";
import { listPutAside, replayJob } from "../../../lib/job-queue.ts";
import { DatabaseBusy } from "../../../lib/sql.ts";
import { eventually, stage, type Stage } from "../../support/stage.ts";
import { anotherNode, type Hooks, type Kitchen, kitchenOf } from "./kitchen.ts";

let hooks: { -readonly [K in keyof Hooks]: Hooks[K] } = {};
const output: string[] = [];
const first = kitchenOf({
  brew: (name, kitchen) => hooks.brew?.(name, kitchen),
  fill: (name, kitchen) => hooks.fill?.(name, kitchen),
  ring: (name, kitchen) => hooks.ring?.(name, kitchen),
  sweep: (name, kitchen) => hooks.sweep?.(name, kitchen) ?? Promise.resolve(),
  output,
});
let harness: Stage;
const others: ServiceBroker[] = [];
const children: ChildProcess[] = [];
beforeAll(async () => {
  harness = await stage([first.schema]);
  await sql().run(
    `create table cup (name text primary key, filled boolean not null default false,
       due_at timestamptz not null default now(), tries int not null default 0,
       leased_until timestamptz)`,
  );
}, 60_000);
afterEach(async () => {
  hooks = {};
  await Promise.all(others.splice(0).map((node) => node.stop()));
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await sql().run("delete from job where kind <> 'ringBell'");
  await sql().run("delete from cup");
});
afterAll(() => harness.leave());

const kitchen = () => harness.service<Kitchen>("kitchen");
const sql = () => harness.db("kitchen").sql;
const enqueue = (names: readonly string[], options: { key?: string; runAt?: Date } = {}) =>
  kitchen().db.transaction(async (tx) => {
    for (const name of names) await kitchen().jobs.enqueue(tx, first.brewTea, { name }, options);
  });
const jobs = () =>
  sql().rows<{ tries: number; failures: number; last_error: string | null; aside: boolean }>(
    `select tries, failures, last_error, put_aside_at is not null as aside from job
     where kind <> 'ringBell' order by created_at`,
  );
const node = async (more: Hooks) => {
  const other = await anotherNode(more);
  others.push(other.node);
  return other;
};
const stateOf = async (name: string) =>
  (await kitchen().jobs.states(sql())).find(({ job }) => job === name);

test("of two nodes with a slow job, each takes a few at once, and each job is done once", async () => {
  const done: string[] = [];
  const atOnce = { most: 0, now: 0 };
  const slow = (who: string) => async (name: string) => {
    atOnce.most = Math.max(atOnce.most, (atOnce.now += 1));
    await sleep(200);
    atOnce.now -= 1;
    done.push(`${who} ${name}`);
  };
  hooks.brew = slow("a");
  await node({ brew: slow("b") });
  const names = Array.from({ length: 24 }, (_, n) => `tea ${n}`);
  await enqueue(names);
  await eventually(async () => expect(await jobs()).toEqual([]), 30_000);
  expect(done.map((it) => it.slice(2)).toSorted()).toEqual(names.toSorted());
  expect(new Set(done.map((it) => it[0])).size).toBe(2);
  expect(atOnce.most).toBe(6);
}, 60_000);

test("a job is enqueued with its transaction, begins at once after it, and not before its time", async () => {
  const done: string[] = [];
  hooks.brew = (name) => done.push(name);
  const refused = kitchen().db.transaction(async (tx) => {
    await kitchen().jobs.enqueue(tx, first.brewTea, { name: "never" });
    throw new Error("rolled back");
  });
  await expect(refused).rejects.toThrow("rolled back");
  await enqueue(["later"], { runAt: new Date(Date.now() + 3_600_000) });
  await enqueue(["now"]);
  await eventually(() => expect(done).toEqual(["now"]), 30_000);
  await eventually(async () => expect(await jobs()).toMatchObject([{ tries: 0 }]));
  expect(await stateOf("brewTea")).toBeUndefined();
});

test("of one key there is one at a time; enqueued while it runs, it runs once more", async () => {
  const done: string[] = [];
  const { promise: finish, resolve: end } = Promise.withResolvers<void>();
  hooks.brew = async (name) => {
    done.push(name);
    await finish;
  };
  await enqueue(["tea", "tea", "tea"], { key: "tea" });
  await eventually(() => expect(done).toEqual(["tea"]), 30_000);
  await enqueue(["tea", "tea"], { key: "tea" });
  end();
  await eventually(async () => expect(await jobs()).toEqual([]), 30_000);
  expect(done).toEqual(["tea", "tea"]);
});

test("what fails is logged and tried again with growing pauses, then put aside, and replayed", async () => {
  const moments: number[] = [];
  hooks.brew = () => {
    moments.push(performance.now());
    throw new Error("no water");
  };
  await enqueue(["tea"]);
  await eventually(async () => expect(await jobs()).toMatchObject([{ aside: true }]), 30_000);
  expect(moments).toHaveLength(3);
  expect((moments[1] ?? 0) - (moments[0] ?? 0)).toBeGreaterThan(70);
  expect((moments[2] ?? 0) - (moments[1] ?? 0)).toBeGreaterThan(140);
  expect(
    output.filter((line) => line.startsWith("warn") && line.includes("no water")),
  ).toHaveLength(3);
  await eventually(() =>
    expect(output.filter((line) => line.startsWith("error"))).toEqual([
      expect.stringMatching(/brewTea .* has failed 3 times and is put aside/),
    ]),
  );
  expect(await stateOf("brewTea")).toMatchObject({ due: 0, failing: 0, putAside: 1 });

  const [aside, ...more] = await listPutAside(sql());
  expect(more).toEqual([]);
  expect(aside).toMatchObject({ job: "brewTea", tries: 3, error: "Error: no water" });
  const done: string[] = [];
  hooks.brew = (name) => done.push(name);
  expect(await replayJob(sql(), aside?.id ?? "")).toEqual({ job: "brewTea" });
  expect(await replayJob(sql(), aside?.id ?? "")).toBeUndefined();
  await eventually(async () => expect(await jobs()).toEqual([]), 30_000);
  expect(done).toEqual(["tea"]);
}, 60_000);

test("what passes is tried again without being counted", async () => {
  let runs = 0;
  hooks.brew = () => {
    runs += 1;
    if (runs < 6) throw Object.assign(DatabaseBusy({ reason: "test" }), { retryable: true });
  };
  await enqueue(["tea"]);
  await eventually(async () => expect(await jobs()).toEqual([]), 30_000);
  expect(runs).toBe(6);
}, 60_000);

test("a row whose work fails is noted, put aside, and done after its replay; others are not held up", async () => {
  const filled: string[] = [];
  const broken = new Set(["chipped"]);
  let failed = 0;
  hooks.fill = async (name, { db }) => {
    if (broken.has(name)) {
      failed += 1;
      throw new Error("it leaks");
    }
    filled.push(name);
    await db.sql.run("update cup set filled = true where name = $1", [name]);
    return true;
  };
  await sql().run("insert into cup (name) values ('chipped'), ('fine')");
  await eventually(async () => expect(await jobs()).toMatchObject([{ aside: true }]), 30_000);
  expect(filled).toEqual(["fine"]);
  expect(await stateOf("fillCups")).toMatchObject({ due: 0, putAside: 1 });
  const [aside] = await listPutAside(sql());
  expect(aside).toMatchObject({ job: "fillCups", key: "chipped", error: "Error: it leaks" });

  // It is due, and nobody takes it: what comes after it is done.
  await sql().run("update cup set due_at = now() where name = 'chipped'");
  await sql().run("insert into cup (name) values ('last')");
  await eventually(() => expect(filled).toEqual(["fine", "last"]), 30_000);
  expect(failed).toBe(2);

  broken.clear();
  await replayJob(sql(), aside?.id ?? "");
  await eventually(() => expect(filled).toEqual(["fine", "last", "chipped"]), 30_000);
  await eventually(async () => expect(await jobs()).toEqual([]));
}, 60_000);

test("work that hangs is given up, logged and counted, and the row is done at its next try", async () => {
  let runs = 0;
  hooks.fill = async (name, { db }) => {
    runs += 1;
    if (runs === 1) return new Promise(() => undefined);
    await db.sql.run("update cup set filled = true where name = $1", [name]);
    return true;
  };
  await sql().run("insert into cup (name) values ('mug')");
  await eventually(() => expect(runs).toBe(2), 30_000);
  expect(output).toContainEqual(
    expect.stringMatching(/^warn \| fillCups mug has failed.*not come back within 500 ms/),
  );
  await eventually(async () => expect(await jobs()).toEqual([]));
});

test("a scheduled run that fails or hangs is logged, and the next one begins", async () => {
  let runs = 0;
  output.length = 0;
  hooks.sweep = () => {
    runs += 1;
    if (runs === 1) throw new Error("no broom");
    if (runs === 2)
      return Promise.reject(Object.assign(DatabaseBusy({ reason: "test" }), { retryable: true }));
    return runs === 3 ? new Promise(() => undefined) : Promise.resolve();
  };
  await eventually(() => expect(runs).toBeGreaterThan(4), 30_000);
  const text = "sweepFloor could not be done; it will be tried at its next turn.";
  expect(output.filter((line) => line.includes(text))).toEqual([
    `error | ${text} | no broom`,
    expect.stringContaining(`debug | ${text} | Too many`),
    `error | ${text} | A run of sweepFloor has not come back within 100 ms.`,
  ]);
});

test("a unique job fires once over all nodes", async () => {
  const rings: number[] = [];
  const ring = () => rings.push(performance.now());
  hooks.ring = ring;
  await node({ ring });
  await node({ ring });
  rings.length = 0;
  await eventually(() => expect(rings.length).toBeGreaterThanOrEqual(6), 30_000);
  const seconds = ((rings.at(-1) ?? 0) - (rings[0] ?? 0)) / 1_000;
  // Each node looks every second: without the row it would have rung three times as often.
  expect(rings.length - 1).toBeLessThanOrEqual(seconds + 1.5);
}, 60_000);

test("a node that leaves takes nothing more and ends what it has begun", async () => {
  const began: string[] = [];
  const ended: string[] = [];
  const { promise: finish, resolve: end } = Promise.withResolvers<void>();
  hooks.brew = () => Promise.reject(Object.assign(new Error("not here"), { retryable: true }));
  const other = await anotherNode({
    brew: async (name) => {
      began.push(name);
      await finish;
      ended.push(name);
    },
  });
  await eventually(async () => {
    await enqueue(["tea"]);
    expect(began.length).toBe(3);
  }, 30_000);
  const stopped = other.node.stop();
  await eventually(() => expect(other.kitchen.leaving).toBe(true));
  end();
  await stopped;
  expect(ended).toEqual(began);
  expect(began).toHaveLength(3);
}, 60_000);

test("what a killed node had begun is done by another, once its lease has ended", async () => {
  const killed = spawn(process.execPath, ["test/mixins/jobs/node.ts"], {
    env: { ...process.env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(killed);
  const done: string[] = [];
  let text = "";
  killed.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
  hooks.brew = () => Promise.reject(Object.assign(new Error("not here"), { retryable: true }));
  await enqueue(["tea"]);
  await eventually(() => expect(text).toContain("began tea"), 60_000);
  hooks.brew = (name) => done.push(name);
  const held = await sql().row<{ ms: number }>(
    "select extract(epoch from leased_until - now()) * 1000 as ms from job where kind = 'brewTea'",
  );
  expect(Number(held?.ms)).toBeGreaterThan(1_000);
  killed.kill("SIGKILL");
  await once(killed, "exit");
  expect(done).toEqual([]);
  await eventually(() => expect(done).toEqual(["tea"]), 60_000);
  expect(await jobs()).toEqual([]);
}, 150_000);
