/** Kills the nodes of a company at every point that shoppers pass, while they go on. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Finding, untilAllHold } from "../../../operations/invariants/check.ts";
import { type Ended, wholeStory } from "./checkout.ts";
import { Points, pointsIn } from "./points.ts";
import { armouryOf, GROUPS, type Stage } from "./stage.ts";

const HEAL_MS = 60_000;
/** What still goes on after a story's end: webhooks, reactions, the numbering of events. */
const ECHO_MS = 2_000;

/** A point at which a node of a group is to die. */
export interface Aim {
  readonly group: string;
  readonly point: string;
}
/** What was aimed at together, and what came of it. */
export interface Round {
  readonly stories: readonly Ended[];
  readonly killedAt: readonly Aim[];
  /** Nobody came by. */
  readonly spared: readonly Aim[];
  /** What held when all that had died were back. */
  readonly findings: readonly Finding[];
  readonly tookMs: number;
}

/** How many stories are told in peace. */
export const RECORDED = 2;

/** The points that stories pass, one after the other, when nothing is broken, by group. */
export async function recorded(stage: Stage): Promise<Map<string, Points>> {
  const groups = GROUPS.filter(({ aims }) => aims > 0).map(({ name }) => name);
  const met = new Map<string, string[][]>(groups.map((group) => [group, []]));
  for (const cast of stage.casts.slice(0, RECORDED)) {
    for (const group of groups) armouryOf(stage, group).forget();
    await wholeStory(cast);
    await sleep(ECHO_MS);
    for (const group of groups) met.get(group)?.push(pointsIn(armouryOf(stage, group).recorded()));
  }
  return new Map([...met].map(([group, stories]) => [group, new Points(stories)]));
}

/** Some points of each group, round by round, until all are done. Each round ends in peace. */
export async function killAtEach(
  stage: Stage,
  points: ReadonlyMap<string, Points>,
): Promise<Round[]> {
  const rounds: Round[] = [];
  while ([...points.values()].some(({ left }) => left > 0)) {
    const aims = GROUPS.flatMap(({ name: group, aims }) =>
      (points.get(group)?.take(aims) ?? []).map((point) => ({ group, point })),
    );
    const done = await round(stage, aims, (arm) => {
      arm();
      return Promise.all(stage.casts.map((cast) => wholeStory(cast)));
    });
    for (const { group, point } of done.killedAt) points.get(group)?.killed(point);
    for (const { group, point } of done.spared) points.get(group)?.putBack(point);
    rounds.push(done);
  }
  return rounds;
}

/** Who has something to do when an order is paid. */
const WHEN_PAID = [
  { group: "orders", point: "commit.orders.hears.payments" },
  { group: "pricing", point: "commit.pricing.hears.orders" },
  { group: "carts", point: "commit.carts.hears.orders" },
] as const;

/**
 * Kills nodes before, and then after, they commit what they do on hearing that an order is paid. At
 * another time there may be nothing to lose in what is heard.
 */
export async function killWhenPaid(stage: Stage): Promise<Round[]> {
  const rounds: Round[] = [];
  for (const when of ["before", "after"]) {
    const aims = WHEN_PAID.map(({ group, point }) => ({ group, point: `${point}.${when}` }));
    const done = await round(stage, aims, async (arm) => {
      const paying = async () => {
        // All the rest has been heard.
        await untilAllHold(stage.company.urlOf, HEAL_MS);
        arm();
      };
      return Promise.all(stage.casts.slice(0, 1).map((cast) => wholeStory({ ...cast, paying })));
    });
    rounds.push(done);
  }
  return rounds;
}

async function round(
  stage: Stage,
  aims: readonly Aim[],
  tell: (arm: () => void) => Promise<Ended[]>,
): Promise<Round> {
  const { nodes, urlOf } = stage.company;
  const began = performance.now();
  const stories = await tell(() => {
    for (const { group, point } of aims) armouryOf(stage, group).arm(point);
  });
  const quiet = () => aims.every(({ group }) => armouryOf(stage, group).armed.length === 0);
  for (const until = Date.now() + ECHO_MS; !quiet() && Date.now() < until;) await sleep(50);

  const spared = aims.filter(({ group, point }) => armouryOf(stage, group).disarm(point));
  const killedAt = aims.filter((aim) => !spared.includes(aim));
  await nodes.whole();
  const { findings } = await untilAllHold(urlOf, HEAL_MS);
  return { stories, killedAt, spared, findings, tookMs: performance.now() - began };
}
