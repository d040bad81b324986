import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient, RETRYING } from "../../operations/client/api-client.ts";
import type { Cluster } from "../../runtime/cluster/cluster.ts";
import { type Finding, untilAllHold } from "../../operations/invariants/check.ts";
import { serviceUrl } from "../../runtime/node/databases.ts";
import { concurrently, times } from "../../operations/proof/concurrently.ts";
import { freePort } from "../../runtime/servers/servers.ts";
import { type Breaker, breakerOf, wordsOf } from "./breaker.ts";
import { clusterOf, type Furnished, furnish } from "./furnish.ts";
import { Errors } from "./errors.ts";
import { type Failure, KINDS, nodePlans, planOf } from "./plan.ts";
import { underWay } from "./reckoning.ts";
import { buyAll, checkout, type Answered } from "./shoppers.ts";
import { verdict } from "./verdict.ts";

interface Options {
  readonly seed: number;
  readonly checkouts: number;
  readonly kills: number;
  readonly planOnly: boolean;
}
export type Say = (line: string) => void;

/** So many shop at once. */
const SHOPPERS = 32;
const CONVERGE_MS = 60_000;
const REPORT_EVERY_MS = 5_000;
/** Longest that the next fault waits for shoppers to get on. */
const LULL_MS = 10_000;

/** Answers the exit code: 0 when everything holds. */
export async function run(options: Options, say: Say): Promise<number> {
  const { seed, checkouts, kills } = options;
  const ports = [await freePort(), await freePort()] as const;
  const nodes = nodePlans(ports);
  const names = nodes.map(({ name }) => name);
  const plan = planOf(seed, kills, names);
  say(`Seed ${seed}: ${checkouts} checkouts, ${kills} faults of each kind: ${KINDS.join(", ")}.`);
  for (const [n, failure] of plan.entries()) say(`  ${n + 1}. ${lineOf(failure)}`);
  if (options.planOnly) return 0;

  say("Starting the cluster …");
  const errors = new Errors();
  const fallen: string[] = [];
  const cluster = await clusterOf(nodes, { say, hear: (line) => errors.hear(line), fallen });
  process.once("SIGINT", () => void cluster.stop().then(() => process.exit(130)));
  const client = new ApiClient(
    ports.map((port) => `http://127.0.0.1:${port}`),
    RETRYING,
  );
  try {
    const furnished = await furnish(cluster, client);
    const code = await chaos({ cluster, furnished, plan, seed, checkouts, fallen, say });
    for (const line of errors.lines()) say(`  logged ${line}`);
    return code;
  } finally {
    client.close();
    await cluster.stop();
  }
}

interface Running {
  readonly cluster: Cluster;
  readonly furnished: Furnished;
  readonly plan: readonly Failure[];
  readonly seed: number;
  readonly checkouts: number;
  /** Nodes that ended though nobody killed them. */
  readonly fallen: readonly string[];
  readonly say: Say;
}

async function chaos(running: Running): Promise<number> {
  const { cluster, furnished, seed, fallen, say } = running;
  const { shop, people, scarce } = furnished;
  const breaker = breakerOf(cluster, say);
  const published = await shopping(running, breaker);

  const urlOf = (service: string) => serviceUrl(cluster.postgres, service);
  const healed = await atRest(urlOf);
  // What others gave up is bought by those who still want it: so all that is scarce must go.
  for (const [n, article] of scarce.entries())
    await buyAll(shop, people.slice(n * 4, n * 4 + 4), article);
  const { findings } = await atRest(urlOf);
  return verdict(
    {
      urlOf,
      answered: published,
      healed,
      findings,
      breaker,
      fallen,
      scarce,
      client: shop.client,
      seed,
    },
    say,
  );
}

/** They go on as long as anything breaks, so that nothing is broken in peace. */
async function shopping(running: Running, breaker: Breaker): Promise<Answered[]> {
  const { furnished, plan, seed, checkouts, say } = running;
  const { shop, people } = furnished;
  const began = performance.now();
  const published: Answered[] = [];
  const state = { next: 0, breaking: true };
  const line = () => {
    const kills = [...breaker.kills.values()].reduce((sum, n) => sum + n, 0);
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    say(`${seconds} s: ${published.length} checkouts, ${kills} faults`);
  };
  const report = setInterval(line, REPORT_EVERY_MS);
  // Faults are spread over the shopping: what is broken must have been at work.
  const ready = async (nth: number) => {
    const enough = (nth * checkouts) / plan.length;
    const until = performance.now() + LULL_MS;
    while (published.length < enough && performance.now() < until) await sleep(50);
  };
  const breaking = breaker.run(plan, ready).finally(() => (state.breaking = false));
  const shopped = concurrently(times(SHOPPERS), SHOPPERS, async () => {
    while (state.next < checkouts || state.breaking) {
      const n = state.next++;
      const person = people[n % people.length];
      if (person) published.push(await checkout(shop, person, seed, n));
    }
  });
  try {
    await Promise.all([breaking, shopped]);
  } finally {
    clearInterval(report);
  }
  line();
  return published;
}

export interface Rest {
  readonly tookMs: number;
  readonly open: number;
  readonly findings: readonly Finding[];
}

/** Until no process has a way to go and all invariants hold; or until patience is at its end. */
async function atRest(urlOf: (service: string) => string): Promise<Rest> {
  const began = performance.now();
  let open = await underWay(urlOf);
  while (open > 0 && performance.now() - began < CONVERGE_MS) {
    await sleep(200);
    open = await underWay(urlOf);
  }
  const left = Math.max(0, CONVERGE_MS - (performance.now() - began));
  const { findings } = await untilAllHold(urlOf, left);
  return { tookMs: performance.now() - began, open, findings };
}

const lineOf = (failure: Failure) =>
  `after ${failure.pauseMs} ms ${wordsOf(failure)}, away ${failure.downMs} ms`;
