/**
 * Nodes of every service that takes part in a checkout die before and after every commit, every lone
 * writing statement and every call that a checkout, a decline, a cancelling and a refund pass;
 * shoppers ask again with the same keys, and everything ends as it should. Then nodes stand still
 * for longer than their leases and wake up when others have done their work.
 */
import { Client } from "pg";
import { broken, untilAllHold } from "../../operations/invariants/check.ts";
import { strayCommands } from "../chaos/commands.ts";
import { dropDatabases } from "../support/test-databases.ts";
import { killAtEach, killWhenPaid, RECORDED, recorded, type Round } from "./support/deaths.ts";
import { commandAfterTheEnd, standingStill, STOPS } from "./support/pauses.ts";
import type { Points } from "./support/points.ts";
import { setStage, type Stage, UNITS } from "./support/stage.ts";

/** Every step of both processes; without them the test would prove little. */
const STEPS = ["coupons", "reserve", "pay", "commit", "close", "release", "uncoupon"]
  .map((step) => `checkout.${step}`)
  .concat("cancel.refund", "cancel.restock");
/** What the steps ask of others, and what is committed there. */
const ASKED = {
  "call.pricing.holdCoupons": ["pricing", "commit.pricing.holdCoupons"],
  "call.inventory.reserve": ["inventory", "commit.inventory.reserve"],
  "call.payments.open": ["payments", "commit.payments.open"],
  // Commits and releases of stock go together, in groups.
  "call.inventory.commit": ["inventory", "commit.inventory.commit"],
  "call.inventory.release": ["inventory", "commit.inventory.commit"],
  "call.payments.close": ["payments", "commit.payments.close"],
  "call.pricing.releaseCoupons": ["pricing", "commit.pricing.releaseCoupons"],
  "call.payments.refundOrder": ["payments", "commit.payments.refundOrder"],
  "call.inventory.restock": ["inventory", "commit.inventory.restock"],
} as const;
const HEAL_MS = 60_000;

let stage: Stage;
let points: Map<string, Points>;
let rounds: Round[];
let stories = 0;

beforeAll(async () => {
  stage = await setStage();
  points = await recorded(stage);
  rounds = await killAtEach(stage, points);
  stories = RECORDED + rounds.flatMap(({ stories }) => stories).length;
  for (const line of summary()) process.stdout.write(`${line}\n`);
}, 900_000);

afterAll(async () => {
  await stage.company.leave();
  await dropDatabases();
}, 60_000);

const namesOf = (group: string): string =>
  (points.get(group)?.all ?? []).map((point) => point.replace(/ at .*/, "")).join("\n");

test.each(STEPS)("the commit of the step %s has its points", (step) => {
  expect(namesOf("orders")).toMatch(new RegExp(`^commit.${step}.before$`, "m"));
  expect(namesOf("orders")).toMatch(new RegExp(`^commit.${step}.after$`, "m"));
});

test.each(Object.entries(ASKED))(
  "%s has its points, and so has what is committed there",
  (asked, there) => {
    const [group, commit] = there;
    for (const when of ["before", "after"]) {
      expect(namesOf("orders")).toMatch(new RegExp(`^${asked}.${when}$`, "m"));
      expect(namesOf(group)).toMatch(new RegExp(`^${commit}.${when}$`, "m"));
    }
  },
);

test("at every point that was met, a node was killed", () => {
  const all = [...points.values()].flatMap((of) => of.all);
  expect(all.length).toBeGreaterThan(120);
  for (const [group, { missing }] of points)
    expect({ group, missing }).toEqual({ group, missing: [] });
  const { ends } = stage.company.nodes;
  expect(ends.filter(({ code }) => code !== null)).toEqual([]);
  expect(ends).toHaveLength(rounds.flatMap(({ killedAt }) => killedAt).length);
});

test("every shopper's story ended as it should, whoever died", () => {
  for (const { refunded, declined, cancelled } of rounds.flatMap((round) => round.stories)) {
    expect(refunded).toMatchObject({ status: "paid", total: 22.5, discountMinor: 250 });
    expect(declined).toMatchObject({ status: "paid", total: 11.25 });
    expect(cancelled).toMatchObject({ status: "cancelled" });
  }
});

test("after each round all invariants held", () => {
  for (const { findings } of rounds) expect(broken(findings)).toEqual([]);
});

test("who dies when an order is paid, and has something to do for it, does it afterwards", async () => {
  const paid = await killWhenPaid(stage);
  stories += paid.length;
  for (const { spared, findings } of paid) {
    expect(spared).toEqual([]);
    expect(broken(findings)).toEqual([]);
  }
}, 120_000);

test("a command that comes when its order is over, from a node that stood still, holds nothing", async () => {
  const ended = await commandAfterTheEnd(stage, points);
  expect(ended).toEqual({ status: "rejected", reservation: "none" });
  await allHold();
}, 120_000);

test("nodes that wake up when others have done their work change nothing", async () => {
  const { stories: ended, stopped } = await standingStill(stage, points);
  stories += ended.length;
  expect(stopped.size).toBe(STOPS.length);
  for (const { refunded, declined } of ended) {
    expect(refunded.status).toBe("paid");
    expect(declined.status).toBe("paid");
  }
  await allHold();
}, 180_000);

test("in the end everything is back on the shelf, each was charged once and given back once", async () => {
  const { company, article } = stage;
  const [stock] = await rows(
    company.urlOf("inventory"),
    `select sum(on_hand)::int as on_hand, sum(reserved)::int as reserved
     from stock where variant_id = '${article.variantId}'`,
  );
  expect(stock).toEqual({ on_hand: UNITS, reserved: 0 });
  const charged = await rows(
    company.urlOf("payments"),
    `select order_id, count(*)::int as times, sum(amount - refunded)::int as kept
     from payment where state = 'captured' group by 1`,
  );
  expect(charged).toHaveLength(2 * stories);
  for (const row of charged) expect(row).toMatchObject({ times: 1, kept: 0 });
});

test("every command that was carried out was one of a process, by its id", async () => {
  expect(await strayCommands(stage.company.urlOf)).toEqual([]);
});

async function allHold(): Promise<void> {
  const { findings } = await untilAllHold(stage.company.urlOf, HEAL_MS);
  expect(broken(findings)).toEqual([]);
}

/** Which points there are, and whether there was a death at each. */
function* summary(): Generator<string> {
  for (const [group, { all, killedAt, byChance }] of points) {
    yield `  ${group}: killed at ${killedAt.length} of ${all.length} points`;
    for (const point of all)
      yield `    ${killedAt.includes(point) ? "✓" : "✗"} ${point}${byChance.has(point) ? ", met by chance" : ""}`;
  }
  const of = [...points.values()];
  const met = of.flatMap(({ all }) => all).length;
  const killed = of.flatMap(({ killedAt }) => killedAt).length;
  const tookS = rounds.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1_000;
  const spared = rounds.flatMap((round) => round.spared).length;
  yield `  In all killed at ${killed} of ${met} points, in ${rounds.length} rounds and ${tookS.toFixed(0)} s;`;
  yield `  ${spared} times a point was armed in vain, and armed again.`;
}

async function rows(url: string, query: string): Promise<object[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(query)).rows;
  } finally {
    await client.end();
  }
}
