/** Lets a company die at given points while shoppers go on, and brings it back each time. */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Finding, untilAllHold } from "../../../scripts/invariants/check.ts";
import type { Article, Merchant } from "../../../scripts/client/merchant.ts";
import { type Cast, type Ended, register, wholeStory } from "./checkout.ts";
import { ADMIN, type Company, company, merchantOf } from "./company.ts";

export interface Stage {
  readonly company: Company;
  readonly merchant: Merchant;
  readonly article: Article;
  readonly casts: readonly Cast[];
}
export interface Deaths {
  /** Points at which the process really died, and those that were not passed again. */
  readonly died: string[];
  readonly spared: string[];
  /** How lives ended that should have been killed by a signal and were not. */
  readonly crashes: string[];
  readonly stories: Ended[];
  readonly findings: Finding[][];
  /** What happened, for whoever looks into a failure. */
  readonly log: string[];
}

/** So many die one after the other before there is a life without fault, in which all must come right. */
const BATCH = 13;
export const UNITS = 1_000;
const COUPON = "FAULTS10";
const HEAL_MS = 30_000;
/** What still goes on after a story's end: webhooks, reactions, the numbering of events. */
const ECHO_MS = 1_500;

/** A company with something to sell and people to buy it, in its first life, which goes on. */
export async function setStage(name: string, record?: string): Promise<Stage> {
  const one = await company(name);
  await one.live(record === undefined ? {} : { record }).node.start();
  const merchant = await merchantOf(one);
  await merchant.openWarehouse("FAULTS");
  const article = await merchant.sell("FAULTY", { priceMinor: 1_250, units: UNITS });
  await merchant.offer(COUPON, { kind: "percent", percentBasisPoints: 1_000 });
  const adminToken = await one.signIn(ADMIN.email, ADMIN.password);
  const { client } = one;
  const casts: Cast[] = [];
  for (let n = 0; n < BATCH; n += 1) {
    const shopper = await register(client);
    casts.push({ client, shopper, adminToken, article, coupon: COUPON });
  }
  return { company: one, merchant, article, casts };
}

/** The points that one story passes, in their order, each as often as it is passed. */
export async function recorded({ casts }: Stage, file: string): Promise<string[]> {
  const before = (await readFile(file, "utf8")).length;
  await wholeStory(casts[0] as Cast);
  await sleep(ECHO_MS);
  const text = (await readFile(file, "utf8")).slice(before);
  return text.split("\n").filter(Boolean);
}

/** Stories of a batch begin one in each life and go on through the next ones. */
export async function dieAt(stage: Stage, points: readonly string[]): Promise<Deaths> {
  const deaths: Deaths = { died: [], spared: [], crashes: [], stories: [], findings: [], log: [] };
  for (let from = 0; from < points.length; from += BATCH) {
    const stories: Promise<Ended>[] = [];
    for (const [n, point] of points.slice(from, from + BATCH).entries()) {
      const { story } = await dieOnce(stage, point, stage.casts[n] as Cast, deaths);
      stories.push(story);
      // Its end is awaited below; until then a failure is not one that nobody looks at.
      story.catch(() => undefined);
    }
    const life = stage.company.live();
    await life.node.start();
    deaths.stories.push(...(await Promise.all(stories)));
    deaths.findings.push((await untilAllHold(stage.company.urlOf, HEAL_MS)).findings);
    await stage.company.end("SIGKILL");
  }
  return deaths;
}

async function dieOnce(
  { company: one }: Stage,
  point: string,
  cast: Cast,
  deaths: Deaths,
): Promise<{ story: Promise<Ended> }> {
  const began = performance.now();
  const life = one.live({ point });
  // A point of the background may be passed before the house is open.
  const opening = life.node.start().catch(() => undefined);
  const story = wholeStory(cast);
  const over = Promise.all([opening, story]).then(
    () => sleep(ECHO_MS),
    () => undefined,
  );
  const end = await Promise.race([life.lost.then((code) => ({ code })), over]);
  if (end?.code === null) deaths.died.push(point);
  else if (end) deaths.crashes.push(`${point}: ${end.code}\n${life.said.join("\n")}`);
  else deaths.spared.push(point);
  await life.node.end("SIGKILL");
  const ms = Math.round(performance.now() - began);
  deaths.log.push(
    `${point}: ${end === undefined ? "spared" : `ended with ${end.code}`} after ${ms} ms`,
  );
  return { story };
}
