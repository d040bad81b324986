/**
 * The company dies after every commit and every lone writing statement, and before and after every
 * call of its processes, that a checkout, its payment, its refund and a cancelling pass; shoppers ask
 * again with the same keys, and everything ends as it should.
 */
import { rm } from "node:fs/promises";
import path from "node:path";
import { Client } from "pg";
import { broken } from "../../scripts/invariants/check.ts";
import { dropDatabases } from "../support/test-databases.ts";
import { type Deaths, dieAt, recorded, setStage, type Stage, UNITS } from "./support/deaths.ts";
import { deathPoints } from "./support/points.ts";
import { temporaryFolder } from "../../scripts/servers/temporary-folder.ts";

const SIDE_BY_SIDE = 2;
const OF_A_PROCESS = /^(commit\.)?(checkout|cancel)\./;
/** Every step of both processes; without them the test would prove little. */
const STEPS = ["coupons", "reserve", "pay", "commit", "close", "release", "uncoupon"].map(
  (step) => `checkout.${step}`,
);
const CANCEL_STEPS = ["cancel.refund", "cancel.restock"];

const stages: Stage[] = [];
let folder: string;
let passed: string[];
let points: string[];
let deaths: Deaths;

beforeAll(async () => {
  folder = temporaryFolder("faults");
  const record = path.join(folder, "passed");
  stages.push(await setStage("faults-1", record), await setStage("faults-2"));
  passed = await recorded(stages[0] as Stage, record);
  points = deathPoints(passed);
  for (const { company } of stages) await company.end();
  const all = await Promise.all(
    stages.map((stage, n) =>
      dieAt(
        stage,
        points.filter((_, i) => i % SIDE_BY_SIDE === n),
      ),
    ),
  );
  deaths = {
    died: all.flatMap(({ died }) => died),
    spared: all.flatMap(({ spared }) => spared),
    crashes: all.flatMap(({ crashes }) => crashes),
    stories: all.flatMap(({ stories }) => stories),
    findings: all.flatMap(({ findings }) => findings),
    log: all.flatMap(({ log }) => log),
  };
}, 900_000);

afterAll(async () => {
  for (const { company } of stages) await company.leave();
  await dropDatabases();
  await rm(folder, { recursive: true, force: true });
});

test("every step of both processes is passed, and has its deaths before and after its call", () => {
  for (const step of [...STEPS, ...CANCEL_STEPS]) {
    expect(passed).toContain(`commit.${step}.before`);
    expect(passed).toContain(`commit.${step}.after`);
    expect(points).toContain(`${step}.before-call`);
    expect(points).toContain(`${step}.after-call`);
  }
});

test("at each point that is passed in the foreground, the process died", () => {
  expect(deaths.crashes).toEqual([]);
  const ofProcesses = points.filter((point) => OF_A_PROCESS.test(point));
  expect(deaths.died).toEqual(expect.arrayContaining(ofProcesses));
  expect(deaths.died.length).toBeGreaterThan(points.length * 0.8);
});

test("every shopper's story ended as it should, however the company died", () => {
  expect(deaths.stories).toHaveLength(points.length);
  for (const { refunded, cancelled } of deaths.stories) {
    expect(refunded).toMatchObject({ status: "paid", total: 22.5, discountMinor: 250 });
    expect(cancelled).toMatchObject({ status: "cancelled" });
  }
});

test("all invariants hold after each batch of deaths, and everything is back on the shelf", async () => {
  for (const findings of deaths.findings) expect(broken(findings)).toEqual([]);
  for (const { company, article } of stages) {
    const [stock] = await rows(
      company.urlOf("inventory"),
      `select sum(on_hand)::int as on_hand,
      sum(reserved)::int as reserved from stock where variant_id = '${article.variantId}'`,
    );
    expect(stock).toEqual({ on_hand: UNITS, reserved: 0 });
  }
});

test("each story was charged once, and given back once", async () => {
  const seen = [];
  for (const { company } of stages)
    seen.push(
      ...(await rows(
        company.urlOf("payments"),
        `select order_id, count(*)::int as times, sum(amount - refunded)::int as kept
         from payment where state = 'captured' group by 1`,
      )),
    );
  expect(seen).toHaveLength(deaths.stories.length + 1);
  for (const row of seen) expect(row).toMatchObject({ times: 1, kept: 0 });
});

async function rows(url: string, query: string): Promise<object[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(query)).rows;
  } finally {
    await client.end();
  }
}
