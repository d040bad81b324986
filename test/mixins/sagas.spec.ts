/** Processes of a service: how operators list them, and what a node does with them that leaves. */
import type { Service, ServiceSchema } from "moleculer";
import { v7 } from "uuid";
import { DONE, type Process } from "../../lib/saga.ts";
import { readSagas, type SagaFilter } from "../../lib/saga.rows.ts";
import type { Sql } from "../../lib/sql.ts";
import { Database, type DatabaseService } from "../../mixins/database.mixin.ts";
import { Sagas, type SagasService } from "../../mixins/sagas.mixin.ts";
import { sagasOf } from "../../mixins/sagas.actions.ts";
import { aPerson, stage, type Stage } from "../support/stage.ts";
import { slow, straight, type Tea } from "../lib/sagas.ts";

type Kitchen = DatabaseService & SagasService;
const kitchen = (
  name: string,
  steps: Process<Tea>["steps"],
  whenLeaving: () => Promise<void> = async () => undefined,
): ServiceSchema => ({
  name,
  mixins: [
    Sagas<Service>(name, () => [{ kind: "tea", steps }]) as ServiceSchema,
    // Stops after the processes and before the database.
    { stopped: whenLeaving } as Partial<ServiceSchema> as ServiceSchema,
    Database(name),
  ],
});
const begin = async ({ db, sagas }: Kitchen): Promise<string> => {
  const id = v7();
  await db.transaction((tx) => sagas.begin(tx, { id, kind: "tea", step: "boil", state: {} }));
  return id;
};

test("a node that leaves went on taking steps: it ends the one it is in, and takes no other", async () => {
  const boiling = slow({ to: "pour", outcome: "boiled" });
  const poured: string[] = [];
  const pour = straight.pour as Process<Tea>["steps"][string];
  const steps: Process<Tea>["steps"] = {
    boil: boiling.step,
    pour: (saga, command) => {
      poured.push(saga.id);
      return pour(saga, command);
    },
  };
  let driving: Promise<void> = Promise.resolve();
  let took: number | undefined;
  const harness = await stage([
    kitchen("leaver", steps, async () => {
      boiling.end();
      await driving;
      const { db, sagas } = harness.service<Kitchen>("leaver");
      await db.sql.run("update saga set due_at = now()");
      took = await sagas.runDue();
    }),
  ]);
  const service = harness.service<Kitchen>("leaver");
  const id = await begin(service);
  driving = service.sagas.drive(id);
  await boiling.entered;
  await harness.node("leaver").stop();
  expect(poured).toEqual([]);
  expect(took).toBe(0);
  await harness.leave();
});

describe("the list of processes", () => {
  let harness: Stage;
  const COUNT = 20_000;
  beforeAll(async () => {
    harness = await stage([kitchen("kitchen", straight)]);
    // Three in each millisecond, one in a hundred open, one in a thousand of a rare kind.
    await harness.db("kitchen").sql.run(
      `insert into saga (id, kind, step, started_at, due_at, ended_at)
       select gen_random_uuid(), case when n % 1000 = 0 then 'rare' else 'tea' end, $1, at,
         at + interval '1 year', case when n % 100 <> 0 then at end
       from generate_series(1, $2::int) as n,
         lateral (select now() - interval '1 day' + n * interval '333 microseconds' as at) as t`,
      [DONE, COUNT],
    );
    await harness.db("kitchen").sql.run("analyze saga");
  });
  afterAll(() => harness.leave());

  const page = (params: object) =>
    harness.call(sagasOf("kitchen"), { limit: 100, ...params }, aPerson("admin"));

  test("page by page each one is there once, the newest first, also those of the same moment", async () => {
    const { sql } = harness.db("kitchen");
    const seen: string[] = [];
    let after: string | undefined;
    for (let n = 0; n < 5; n += 1) {
      const { items, next } = await page({ ...(after !== undefined && { after }) });
      seen.push(...items.map(({ id }) => id));
      after = next;
    }
    const newest = await sql.rows<{ id: string }>(
      "select id from saga order by date_trunc('second', started_at) desc, started_at desc limit 500",
    );
    expect(new Set(seen).size).toBe(500);
    expect(new Set(newest.map(({ id }) => id)).difference(new Set(seen)).size).toBeLessThan(3);
    const { items } = await page({ kind: "rare", open: true });
    expect(items).toHaveLength(COUNT / 1_000);
  });

  const middle = { at: new Date(Date.now() - 86_397_000).toISOString(), id: v7() };
  test.each<[string, SagaFilter]>([
    ["all", {}],
    ["later pages", { before: middle }],
    ["one kind", { kind: "tea" }],
    ["a rare kind", { kind: "rare" }],
    ["a kind that there is not", { kind: "none", before: middle }],
    ["those that are open", { open: true }],
    ["later pages of those that have ended", { open: false, before: middle }],
  ])("sorted all there have ever been: %s are read from an index", async (_, filter) => {
    const { sql } = harness.db("kitchen");
    const plans: Plan[] = [];
    const explained: Sql = {
      ...sql,
      rows: async (text, values) => {
        const answer = await sql.rows<{ "QUERY PLAN": [{ Plan: Plan }] }>(
          `explain (analyze, format json) ${text}`,
          values,
        );
        plans.push(...answer.map((row) => row["QUERY PLAN"][0].Plan));
        return [];
      },
    };
    await readSagas(explained, filter, 51);
    const nodes = plans.flatMap(nodesOf);
    expect(nodes.length).toBeGreaterThan(0);
    expect(nodes.filter((node) => node["Node Type"] === "Seq Scan")).toEqual([]);
    // What was read in vain: at most all that are open.
    const removed = nodes.reduce((sum, node) => sum + (node["Rows Removed by Filter"] ?? 0), 0);
    expect(removed).toBeLessThanOrEqual(COUNT / 100);
    expect(Math.max(...nodes.map((node) => node["Actual Rows"]))).toBeLessThanOrEqual(COUNT / 100);
  });
});

interface Plan {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly Plan[];
}
const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
