/** A whole checkout over HTTP, against the rows that it leaves, written in one bare transaction. */
import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { config } from "../../config.ts";
import { startPostgres } from "../../runtime/postgres/embedded.ts";
import { Databases, type Row, type Table } from "../bare/sample.ts";
import { idsIn, type Template, templateOf } from "../bare/template.ts";
import { makeBare } from "../bare/database.ts";
import type { Buyer, Outcome, Sku } from "../load/jobs.ts";
import { endOf, forked, type Load } from "../load/load.ts";
import { type Figure, median } from "../measure/figures.ts";
import { cpuSecondsOf } from "../measure/processes.ts";
import { memoryNotes } from "./memory.ts";
import { register, stockUp, type Subject } from "../subject/subject.ts";

const BUYERS = 64;
const SKUS = 200;
const SAMPLES = 4;
const ROUNDS = 5;
export const PER_ROUND = 400;
const MOST = 8;
const QUIET_WITHIN_MS = 30_000;

export interface Buying {
  readonly subject: Subject;
  readonly load: Load;
  readonly buyers: readonly Buyer[];
  readonly skus: readonly Sku[];
  readonly databases: Databases;
}

/** Does `work` with buyers and goods that are ready. */
export async function readyToBuy<T>(
  subject: Subject,
  load: Load,
  work: (buying: Buying) => Promise<T>,
): Promise<T> {
  const buyers = await register(subject, BUYERS);
  const skus = await stockUp(subject, { count: SKUS, units: 9_999 });
  const databases = await Databases.open(subject);
  try {
    return await work({ subject, load, buyers, skus, databases });
  } finally {
    await databases.close();
  }
}

export interface Round {
  readonly cpuSeconds: number;
  readonly outcome: Outcome;
}
/** Checkouts, and all that follows from them in the background. */
export async function buy(buying: Buying, count: number, buyers = buying.buyers): Promise<Round> {
  const { subject, load, skus, databases } = buying;
  const before = cpuSecondsOf(subject.roots());
  const { port } = subject;
  const outcome = await load.run({ kind: "checkouts", port, buyers, skus, count });
  for (const until = Date.now() + QUIET_WITHIN_MS; Date.now() < until; await sleep(50))
    if (await databases.quiet()) break;
  return { cpuSeconds: cpuSecondsOf(subject.roots()) - before, outcome };
}

export async function checkout(buying: Buying): Promise<{ figure: Figure; perCpuSecond: number }> {
  await buy(buying, PER_ROUND);
  const { templates, content } = await sampled(buying);
  const bare = await startBare(templates, content);
  try {
    await bare.turn();
    const rounds: { ours: Round; bare: number }[] = [];
    for (let n = 0; n < ROUNDS; n += 1)
      rounds.push({ ours: await buy(buying, PER_ROUND), bare: await bare.turn() });
    const perCpuSecond = PER_ROUND / median(rounds.map(({ ours }) => ours.cpuSeconds));
    return { figure: figureOf(rounds, templates, buying), perCpuSecond };
  } finally {
    await bare.end();
  }
}

/** A database and a client of their own, durable as ours. */
async function startBare(
  templates: readonly Template[],
  content: ReadonlyMap<Table, readonly Row[]>,
) {
  const postgres = await startPostgres({ dir: path.join(config.dataDir, "bare"), durable: true });
  const client = forked("../bare/client.ts");
  const url = postgres.url("postgres");
  const end = async () => {
    await endOf(client);
    await postgres.stop();
  };
  try {
    await makeBare(url, content);
    await told(client, { url, connections: BUYERS, templates });
  } catch (error) {
    await end();
    throw error;
  }
  const turn = async () => {
    const roots = [postgres.pid, ...(client.pid === undefined ? [] : [client.pid])];
    const before = cpuSecondsOf(roots);
    await told(client, { count: PER_ROUND });
    return cpuSecondsOf(roots) - before;
  };
  return { turn, end };
}

function figureOf(
  rounds: readonly { ours: Round; bare: number }[],
  templates: readonly Template[],
  { subject }: Buying,
): Figure {
  const troubles = rounds.flatMap(({ ours }) => ours.outcome.troubles);
  const ratio = median(rounds.map(({ ours, bare }) => ours.cpuSeconds / bare));
  return {
    name: "CPU of a whole checkout, against its rows in one transaction",
    value: troubles.length > 0 ? Infinity : ratio,
    unit: "×",
    limit: { at: "most", value: MOST },
    notes: {
      "CPU seconds per 1,000":
        (median(rounds.map(({ ours }) => ours.cpuSeconds)) * 1_000) / PER_ROUND,
      "CPU seconds per 1,000 bare": (median(rounds.map(({ bare }) => bare)) * 1_000) / PER_ROUND,
      "checkouts/s": median(rounds.map(({ ours }) => ours.outcome.done / ours.outcome.seconds)),
      "median wait for all five calls, ms": median(rounds.map(({ ours }) => ours.outcome.p50Ms)),
      "99th percentile, ms": median(rounds.map(({ ours }) => ours.outcome.p99Ms)),
      "rows that a checkout leaves": median(templates.map(({ rows }) => rows)),
      errors: troubles.length,
      ...memoryNotes(subject.roots()),
      ...(troubles[0] !== undefined && { "an error": troubles[0] }),
    },
  };
}

/** The rows of some checkouts, each of another buyer and SKU, and all that was there before. */
async function sampled(buying: Buying) {
  const { databases, buyers, skus } = buying;
  const content = await databases.all();
  const known = idsOf(content);
  const templates: Template[] = [];
  for (let n = 0; n < SAMPLES; n += 1) {
    const before = n === 0 ? content : await databases.all();
    const moment = await databases.now();
    const one = { ...buying, skus: skus.slice(n, n + 1) };
    await buy(one, 1, buyers.slice(n, n + 1));
    templates.push(templateOf(await databases.since(moment, before), known));
  }
  return { templates, content };
}

function idsOf(content: ReadonlyMap<Table, readonly Row[]>): Set<string> {
  const ids = new Set<string>();
  for (const rows of content.values())
    for (const row of rows) for (const value of row) for (const id of idsIn(value)) ids.add(id);
  return ids;
}

async function told(client: ChildProcess, message: object): Promise<void> {
  client.send(message);
  const [{ error }] = (await once(client, "message")) as [{ error?: string }];
  if (error !== undefined) throw new Error(error);
}
