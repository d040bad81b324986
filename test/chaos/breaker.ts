/** Breaks things as the plan says, and puts them back. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { Client } from "pg";
import type { EmbeddedPostgres } from "../../runtime/postgres/embedded.ts";
import type { Cluster } from "../../runtime/cluster/cluster.ts";
import type { Failure, Kind } from "./plan.ts";

export interface Breaker {
  readonly kills: ReadonlyMap<Kind, number>;
  /** What could not be put back at once. */
  readonly troubles: readonly string[];
  /** Does all of the plan, each fault when `ready` says so. Answers when everything is back. */
  run(plan: readonly Failure[], ready: (nth: number) => Promise<void>): Promise<void>;
}

export function breakerOf(cluster: Cluster, say: (line: string) => void): Breaker {
  const kills = new Map<Kind, number>();
  const troubles: string[] = [];
  const comingBack = new Map<string, Promise<void>>();

  const run: Breaker["run"] = async (plan, ready) => {
    for (const [n, failure] of plan.entries()) {
      await ready(n);
      await sleep(failure.pauseMs);
      const place = failure.kind === "backend" ? "postgres" : failure.target;
      // What is still on its way back is let come back first: only what lives can be killed.
      await comingBack.get(place);
      say(`${n + 1}/${plan.length} ${wordsOf(failure)} for ${failure.downMs} ms`);
      const back = await kill(cluster, failure);
      kills.set(failure.kind, (kills.get(failure.kind) ?? 0) + 1);
      const returning = sleep(failure.downMs)
        .then(back)
        .catch((error: unknown) => void troubles.push(`${failure.target}: ${String(error)}`));
      comingBack.set(place, returning);
    }
    await Promise.all(comingBack.values());
  };
  return { kills, troubles, run };
}

/** Answers how to bring it back. */
async function kill(cluster: Cluster, { kind, target }: Failure): Promise<() => Promise<void>> {
  const { postgres, nats, redis, nodes } = cluster;
  switch (kind) {
    case "node": {
      const node = nodes.get(target);
      if (!node) throw new Error(`There is no node ${target}.`);
      await node.end("SIGKILL");
      // As whatever supervises nodes does: once more, if it does not stay at the first time.
      return () => node.start().catch(() => node.start());
    }
    case "pause": {
      const pid = target === "nats" ? nats.pid : nodes.get(target)?.pid;
      if (pid === undefined) throw new Error(`${target} does not run.`);
      process.kill(pid, "SIGSTOP");
      return async () => void process.kill(pid, "SIGCONT");
    }
    case "nats":
      await nats.kill();
      return () => nats.restart();
    case "redis":
      await redis?.kill();
      return async () => {
        await redis?.restart();
        if (redis) await wipe(redis.url);
      };
    case "postgres": {
      const children = await childrenOf(postgres.pid);
      for (const pid of [postgres.pid, ...children]) end(pid);
      // Its launcher brings it back by itself.
      return () => answering(postgres);
    }
    case "backend": {
      const children = await childrenOf(postgres.pid);
      end(children[Number(target) % children.length]);
      return () => answering(postgres);
    }
  }
}

/** kill node orders-1 · pause node orders-1 · kill redis */
export const wordsOf = ({ kind, target }: Failure): string =>
  `${kind === "pause" ? "" : "kill "}${kind === target ? kind : `${kind} ${target}`}`;

const BACK_WITHIN_MS = 60_000;

async function answering(postgres: EmbeddedPostgres): Promise<void> {
  for (const until = Date.now() + BACK_WITHIN_MS; ; await sleep(50)) {
    const client = new Client({ connectionString: postgres.url("postgres") });
    // A connection that is cut says so twice.
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query("select 1");
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const ps = promisify(execFile)("ps", ["-o", "pid=", "--ppid", String(pid)]);
  const { stdout } = await ps.catch(() => ({ stdout: "" }));
  return stdout.split("\n").map(Number).filter(Boolean);
}

function end(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  } catch (error) {
    // It has ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function wipe(url: string): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: 3 });
  try {
    await redis.flushall();
  } finally {
    redis.disconnect();
  }
}
