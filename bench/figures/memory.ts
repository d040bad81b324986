import { treeOf } from "../measure/processes.ts";

/** Returns the peak memory of each process; Postgres's processes are summed. */
export function memoryNotes(roots: readonly number[]): Record<string, number> {
  const all = treeOf(roots);
  const own = all.filter(({ pid, name }) => roots.includes(pid) && name !== "postgres");
  const postgres = all.filter(({ name }) => name === "postgres").map(({ peakMb }) => peakMb);
  return {
    ...Object.fromEntries(
      own.map(({ pid, name, peakMb }) => [`most MB of ${name} ${pid}`, peakMb]),
    ),
    [`most MB of one of ${postgres.length} postgres`]: Math.max(0, ...postgres),
  };
}
