/** Lists the figures, and the systems that each needs. */
import { backup } from "./figures/backup.ts";
import { checkout, readyToBuy } from "./figures/checkout.ts";
import { cluster, type PerCpuSecond } from "./figures/cluster.ts";
import { healing } from "./figures/healing.ts";
import { idle } from "./figures/idle.ts";
import { lastBoxes } from "./figures/last-boxes.ts";
import { nodesAtRest } from "./figures/nodes.ts";
import { productList, productPage } from "./figures/pages.ts";
import { type Load, startLoad } from "./load/load.ts";
import type { Figure } from "./measure/figures.ts";
import { startEmbedded } from "./subject/embedded.ts";
import { register } from "./subject/subject.ts";

export const PARTS = [
  "idle",
  "nodes",
  "pages",
  "checkout",
  "boxes",
  "cluster",
  "healing",
  "backup",
] as const;

/** These bring what they measure. */
const ALONE: readonly string[] = ["idle", "nodes", "healing", "backup"];
const CROWD = 1_000;

type Tell = (...figures: readonly Figure[]) => void;

/** Measures what was chosen. `cluster` needs the figures of the embedded company, and measures them. */
export async function measure(
  chosen: readonly string[],
  tell: (figure: Figure) => void,
): Promise<Figure[]> {
  const all: Figure[] = [];
  const told: Tell = (...figures) => {
    for (const figure of figures) tell(figure);
    all.push(...figures);
  };
  if (chosen.includes("idle")) told(...(await idle()));
  if (chosen.includes("nodes")) told(await nodesAtRest());
  if (chosen.includes("healing")) told(await healing());
  if (chosen.includes("backup")) told(...(await backup()));
  if (chosen.every((name) => ALONE.includes(name))) return all;
  const load = startLoad();
  try {
    const embedded = await inOneProcess(chosen, load, told);
    if (chosen.includes("cluster")) told(...(await cluster(load, CROWD, embedded)));
    return all;
  } finally {
    await load.end();
  }
}

async function inOneProcess(
  chosen: readonly string[],
  load: Load,
  told: Tell,
): Promise<PerCpuSecond> {
  const wants = (...names: string[]) => names.some((name) => chosen.includes(name));
  const subject = await startEmbedded();
  const perCpuSecond = { checkouts: NaN, boxes: NaN };
  try {
    if (wants("pages")) {
      told(await productPage(subject, load));
      told(await productList(subject, load));
    }
    if (wants("checkout", "cluster")) {
      const bought = await readyToBuy(subject, load, checkout);
      perCpuSecond.checkouts = bought.perCpuSecond;
      told(bought.figure);
    }
    if (wants("boxes", "cluster")) {
      const sold = await lastBoxes(subject, load, await register(subject, CROWD));
      perCpuSecond.boxes = sold.perCpuSecond;
      told(...sold.figures);
    }
    return perCpuSecond;
  } finally {
    await subject.end();
  }
}
