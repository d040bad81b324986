/** A thousand buyers who all want one of the last hundred boxes at the same moment. */
import type { Buyer } from "../load/jobs.ts";
import type { Load } from "../load/load.ts";
import { type Figure, median } from "../measure/figures.ts";
import { cpuSecondsOf } from "../measure/processes.ts";
import { type Subject, stockUp } from "../subject/subject.ts";

const LEFT = 100;
const ROUNDS = 5;

export interface LastBoxes {
  readonly figures: readonly Figure[];
  readonly perCpuSecond: number;
}

export async function lastBoxes(
  subject: Subject,
  load: Load,
  buyers: readonly Buyer[],
): Promise<LastBoxes> {
  const boxes = await stockUp(subject, { count: ROUNDS + 1, units: LEFT });
  const rounds = [];
  // The first is only to warm up.
  for (const box of boxes) rounds.push(await round(subject, load, shuffled(buyers), box.variantId));
  const counted = rounds.slice(1);
  const sold = counted.map((one) => one.sold);
  const answers = counted.map(({ perSecond }) => perSecond);
  const cpu = median(counted.map(({ cpuSeconds }) => cpuSeconds));
  const exact: Figure = {
    name: `Sold too many or too few of the last ${LEFT} to ${buyers.length} buyers`,
    value: Math.max(...sold.map((one) => Math.abs(one - LEFT))),
    unit: "boxes",
    limit: { at: "most", value: 0 },
    notes: { "sold in each round": sold.join(" ") },
  };
  const fast: Figure = {
    name: `Answers to ${buyers.length} buyers of one SKU`,
    value: median(answers),
    unit: "/s",
    limit: { at: "least", value: 1_000 },
    notes: {
      "median wait, ms": median(counted.map(({ p50Ms }) => p50Ms)),
      "99th percentile, ms": median(counted.map(({ p99Ms }) => p99Ms)),
      "CPU seconds per 1,000": (cpu * 1_000) / buyers.length,
      troubles: counted.flatMap(({ troubles }) => troubles).length,
      ...Object.fromEntries(
        counted.flatMap(({ troubles }) => troubles).map((t, i) => [`trouble ${i}`, t]),
      ),
    },
  };
  return { figures: [exact, fast], perCpuSecond: buyers.length / cpu };
}

async function round(subject: Subject, load: Load, buyers: readonly Buyer[], variantId: string) {
  const before = cpuSecondsOf(subject.roots());
  const outcome = await load.run({ kind: "lastBoxes", port: subject.port, buyers, variantId });
  const cpuSeconds = cpuSecondsOf(subject.roots()) - before;
  const { reserved } = await subject.merchant.stockOf(variantId);
  const answered = outcome.answers["201"] ?? 0;
  const { p50Ms, p99Ms, troubles, done, seconds } = outcome;
  // The reservations count; an answer without a reservation would be a failure.
  const sold = Math.max(reserved, answered);
  return { sold, perSecond: done / seconds, cpuSeconds, p50Ms, p99Ms, troubles };
}

function shuffled<T>(all: readonly T[]): T[] {
  return all
    .map((one) => ({ one, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
