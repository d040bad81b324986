/** The same work with each service as a process of its own, over NATS, against the embedded company. */
import type { Load } from "../load/load.ts";
import { type Figure, median } from "../measure/figures.ts";
import { register } from "../subject/subject.ts";
import { startNodes } from "../subject/cluster.ts";
import { buy, type Buying, PER_ROUND, readyToBuy } from "./checkout.ts";
import { lastBoxes } from "./last-boxes.ts";
import { memoryNotes } from "./memory.ts";

const ROUNDS = 3;
const LEAST = 0.3;

/** Operations per CPU second. */
export interface PerCpuSecond {
  readonly checkouts: number;
  readonly boxes: number;
}

async function checkoutsPerCpuSecond(buying: Buying) {
  await buy(buying, PER_ROUND);
  const rounds = [];
  for (let n = 0; n < ROUNDS; n += 1) rounds.push(await buy(buying, PER_ROUND));
  return {
    perCpuSecond: PER_ROUND / median(rounds.map(({ cpuSeconds }) => cpuSeconds)),
    perSecond: median(rounds.map(({ outcome }) => outcome.done / outcome.seconds)),
    troubles: rounds.flatMap(({ outcome }) => outcome.troubles),
  };
}

export async function cluster(
  load: Load,
  crowd: number,
  embedded: PerCpuSecond,
): Promise<Figure[]> {
  const subject = await startNodes();
  try {
    const bought = await readyToBuy(subject, load, checkoutsPerCpuSecond);
    const boxes = await lastBoxes(subject, load, await register(subject, crowd));
    const against = (name: string, value: number, notes: Figure["notes"] = {}): Figure => ({
      name,
      value,
      unit: "×",
      limit: { at: "least", value: LEAST },
      notes,
    });
    const [exact, fast] = boxes.figures;
    return [
      against(
        "Checkouts per CPU second over NATS, against embedded",
        bought.troubles.length > 0 ? 0 : bought.perCpuSecond / embedded.checkouts,
        {
          "CPU seconds per 1,000": 1_000 / bought.perCpuSecond,
          "checkouts/s": bought.perSecond,
          errors: bought.troubles.length,
          ...(bought.troubles[0] !== undefined && { "an error": bought.troubles[0] }),
          ...memoryNotes(subject.roots()),
        },
      ),
      against(
        "Answers about the last boxes per CPU second over NATS",
        boxes.perCpuSecond / embedded.boxes,
        { ...fast?.notes, "answers/s": fast?.value ?? 0 },
      ),
      ...(exact ? [{ ...exact, name: `${exact.name}, over NATS` }] : []),
    ];
  } finally {
    await subject.end();
  }
}
