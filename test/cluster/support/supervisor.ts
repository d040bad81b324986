/** Brings back what is killed, at once, as whatever supervises nodes does. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { NatsConnection } from "nats";
import { memberOfNode, prefixOf, subjectToAll } from "../../../lib/nats/subjects.ts";
import { type RunningNode, runningNode } from "../../../runtime/cluster/running-node.ts";

export interface Plan {
  readonly name: string;
  readonly services: readonly string[];
  /** Asked for at each start. */
  readonly environment: () => Readonly<Record<string, string>>;
}
/** A life that ended though nobody asked it to. */
export interface End {
  readonly node: string;
  /** null: killed by a signal. */
  readonly code: number | null;
  /** What it said last. */
  readonly output: readonly string[];
}

/** Moleculer's. */
const PROTOCOL = "5";
const KEPT_LINES = 20;
const run = promisify(execFile);

export class Supervisor {
  readonly ends: End[] = [];
  readonly #bus: NatsConnection;
  readonly #prefix: string;
  readonly #nodes = new Map<string, RunningNode>();
  readonly #starting = new Set<Promise<void>>();
  #leaving = false;

  constructor(bus: NatsConnection, namespace: string) {
    this.#bus = bus;
    this.#prefix = prefixOf(namespace);
  }

  /** Starts it, now and whenever it has ended. */
  watch({ name, services, environment }: Plan): void {
    const output: string[] = [];
    const start = async () => {
      const node = runningNode(
        { name, services },
        {
          environment: environment(),
          onLine: (line) => void output.splice(0, output.push(line) - KEPT_LINES),
          onLost: (code) => {
            if (this.#leaving) return;
            this.ends.push({ node: name, code, output: [...output] });
            this.#tellGone(name);
            this.#begin(start);
          },
        },
      );
      this.#nodes.set(name, node);
      // Of one that ends while it starts, the next life is awaited.
      await node.start().catch(() => undefined);
    };
    this.#begin(start);
  }

  /** Answers when every node is there. */
  async whole(): Promise<void> {
    while (this.#starting.size > 0) await Promise.all(this.#starting);
  }

  /** The names of nodes that stand still, besides those `known`. Their peers are told that they are gone. */
  async paused(known: ReadonlySet<string> = new Set()): Promise<string[]> {
    const found: string[] = [];
    for (const [name, { pid }] of this.#nodes)
      if (!known.has(name) && pid !== undefined && (await standsStill(pid))) found.push(name);
    for (const name of found) this.#tellGone(name);
    return found;
  }

  goOn(): void {
    for (const { pid } of this.#nodes.values()) if (pid !== undefined) process.kill(pid, "SIGCONT");
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    await this.whole();
    await Promise.all([...this.#nodes.values()].map((node) => node.end("SIGKILL")));
  }

  #begin(start: () => Promise<void>): void {
    const begun = start().finally(() => this.#starting.delete(begun));
    this.#starting.add(begun);
  }

  /** What others would find out by timeouts and missing heartbeats. The chaos run waits for these. */
  #tellGone(node: string): void {
    const subject = subjectToAll(this.#prefix, memberOfNode(node), "DISCONNECT");
    this.#bus.publish(subject, JSON.stringify({ ver: PROTOCOL, sender: node }));
  }
}

async function standsStill(pid: number): Promise<boolean> {
  const { stdout } = await run("ps", ["-o", "stat=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  return stdout.trim().startsWith("T");
}
