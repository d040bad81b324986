/** CPU and memory of processes and all their descendants, as the kernel counts them. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

export interface Usage {
  readonly pid: number;
  readonly parent: number;
  /** The title of the process. */
  readonly name: string;
  /** CPU time of the process, and of its children that have ended and were waited for. */
  readonly cpuSeconds: number;
  readonly rssMb: number;
  /** Peak memory; 0 where the system does not report it. */
  readonly peakMb: number;
}

const HAS_PROC = existsSync("/proc/self/stat");
const TICKS_PER_SECOND = HAS_PROC
  ? Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }))
  : 100;

/** The processes `roots` and all that descend from them. */
export function treeOf(roots: readonly number[]): Usage[] {
  const all = HAS_PROC ? fromProc() : fromPs();
  const children = Map.groupBy(all, ({ parent }) => parent);
  const found = new Map<number, Usage>();
  const queue = all.filter(({ pid }) => roots.includes(pid));
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (found.has(next.pid)) continue;
    found.set(next.pid, next);
    queue.push(...(children.get(next.pid) ?? []));
  }
  return [...found.values()];
}

/** CPU seconds that the trees of `roots` have used so far. It never falls. */
export const cpuSecondsOf = (roots: readonly number[]): number =>
  treeOf(roots).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);

function fromProc(): Usage[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readProc(pid)];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

/** https://www.kernel.org/doc/html/latest/filesystems/proc.html, table 1-4 */
function readProc(pid: string): Usage {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const afterName = text.lastIndexOf(")");
  const fields = text.slice(afterName + 2).split(" ");
  const field = (n: number) => Number(fields[n - 3]);
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1_024;
  return {
    pid: Number(pid),
    parent: field(4),
    name: text.slice(text.indexOf("(") + 1, afterName),
    cpuSeconds: (field(14) + field(15) + field(16) + field(17)) / TICKS_PER_SECOND,
    rssMb: megabytes("VmRSS"),
    peakMb: megabytes("VmHWM"),
  };
}

/** Other Unixes. What children that have ended used is lost there, so their figures are too good. */
function fromPs(): Usage[] {
  const table = execFileSync("ps", ["-axo", "pid=,ppid=,time=,rss=,comm="], { encoding: "utf8" });
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [pid = "", parent = "", time = "", rss = "", ...name] = line.trim().split(/\s+/);
      const cpuSeconds = time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
      const rssMb = Number(rss) / 1_024;
      const ids = { pid: Number(pid), parent: Number(parent) };
      return { ...ids, name: name.join(" "), cpuSeconds, rssMb, peakMb: 0 };
    });
}
