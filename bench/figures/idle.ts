/** Measures an idle system: its start-up time, and its memory afterwards. */
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Figure } from "../measure/figures.ts";
import type { RunningNode } from "../../runtime/cluster/running-node.ts";
import { cpuSecondsOf, treeOf, type Usage } from "../measure/processes.ts";
import { embeddedNode } from "../subject/embedded.ts";

const MOST_MB = 350;
const FIRST_WITHIN_S = 15;
const SECOND_WITHIN_S = 3;
/** The pause lets memory that only the start needed be freed. */
const REST_MS = 5_000;

/** Starts as `npm start` does on a developer's machine: with the demo company and all checks. */
export async function idle(): Promise<Figure[]> {
  const { node, dataDir } = await embeddedNode("idle", {
    NODE_ENV: "development",
    LOG_LEVEL: "warn",
  });
  try {
    const firstStart = await startOf(node);
    const first = await memoryOf(node.pid);
    await node.end();
    const secondStart = await startOf(node);
    const second = await memoryOf(node.pid);
    return [
      start("First start, with the demo company", firstStart, FIRST_WITHIN_S),
      start("Second start", secondStart, SECOND_WITHIN_S),
      memory("Memory after the first start, at rest", first),
      memory("Memory after the second start, at rest", second),
    ];
  } finally {
    await node.end();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const start = (name: string, { seconds, cpuSeconds }: Start, limit: number): Figure => ({
  name,
  value: seconds,
  unit: "s",
  limit: { at: "most", value: limit },
  // CPU time does not depend on other load of the machine.
  notes: { "CPU seconds, with Postgres": cpuSeconds },
});

/** Ours alone; Postgres shares most of its own between its processes. */
const memory = (name: string, { own, all }: Memory): Figure => ({
  name,
  value: own.rssMb,
  unit: "MB",
  limit: { at: "most", value: MOST_MB },
  notes: {
    "at most so far, MB": own.peakMb,
    "Postgres, all processes, shared memory counted for each, MB": all
      .filter(({ pid }) => pid !== own.pid)
      .reduce((sum, { rssMb }) => sum + rssMb, 0),
  },
});

interface Memory {
  readonly own: Usage;
  readonly all: readonly Usage[];
}
async function memoryOf(pid: number | undefined): Promise<Memory> {
  await sleep(REST_MS);
  const all = treeOf(pid === undefined ? [] : [pid]);
  const own = all.find((one) => one.pid === pid);
  if (!own) throw new Error("The company has ended by itself.");
  return { own, all };
}

interface Start {
  readonly seconds: number;
  readonly cpuSeconds: number;
}
async function startOf(node: RunningNode): Promise<Start> {
  const began = performance.now();
  await node.start();
  const seconds = (performance.now() - began) / 1_000;
  return { seconds, cpuSeconds: cpuSecondsOf(node.pid === undefined ? [] : [node.pid]) };
}
