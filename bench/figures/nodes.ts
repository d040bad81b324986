/** Measures the memory of an idle cluster of six processes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Figure } from "../measure/figures.ts";
import { treeOf } from "../measure/processes.ts";
import { MANIFESTS } from "../../services/manifests.ts";
import { startNodes } from "../subject/cluster.ts";

const MOST_MB = 900;
/** The pause lets memory that only the start needed be freed. */
const REST_MS = 10_000;
/** All services, on as many processes as a team begins with: the door alone, the others dealt out. */
const INNER = MANIFESTS.map(({ name }) => name).filter((name) => name !== "gateway");
const SIX: readonly (readonly string[])[] = [
  ["gateway"],
  ...Array.from({ length: 5 }, (_, n) => INNER.filter((__, i) => i % 5 === n)),
];

export async function nodesAtRest(): Promise<Figure> {
  const subject = await startNodes(SIX);
  try {
    await sleep(REST_MS);
    const all = treeOf(subject.roots());
    const own = subject.nodes.map(({ name, pid }) => {
      const usage = all.find((one) => one.pid === pid);
      if (!usage) throw new Error(`${name} has ended by itself.`);
      return { name, rssMb: usage.rssMb };
    });
    return {
      name: `Memory of a cluster of ${own.length} processes, at rest`,
      value: own.reduce((sum, { rssMb }) => sum + rssMb, 0),
      unit: "MB",
      limit: { at: "most", value: MOST_MB },
      notes: Object.fromEntries(own.map(({ name, rssMb }) => [`MB of ${name}`, rssMb])),
    };
  } finally {
    await subject.end();
  }
}
