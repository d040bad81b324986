/** What is broken, in which order: decided by the seed before anything starts. */
import type { NodePlan } from "../../runtime/cluster/running-node.ts";
import { DOMAINS } from "../../services/manifests.ts";
import { randomFrom } from "./random.ts";

export const KINDS = ["node", "pause", "nats", "postgres", "backend", "redis"] as const;
/**
 * node: SIGKILL, and started again · pause: SIGSTOP, and SIGCONT, of a node or of NATS: nobody is dead,
 * but nobody hears of it · nats: as node · postgres: the postmaster and all its children · backend: one
 * child, which makes Postgres restart all · redis: killed, and empty when it comes back.
 */
export type Kind = (typeof KINDS)[number];

export interface Failure {
  readonly kind: Kind;
  /** For `node` and `pause`: its name. For `backend`: which of them, counted round. */
  readonly target: string;
  /** Peace before it. */
  readonly pauseMs: number;
  /** How long what was killed stays away. */
  readonly downMs: number;
}

const PAUSE_MS = { least: 500, most: 2_500 };
const DOWN_MS = { least: 50, most: 1_500 };
/** From longer than the lease of a process to longer than heartbeats are waited for. */
const STOPPED_MS = { least: 4_500, most: 12_000 };

export function planOf(seed: number, killsOfEach: number, nodes: readonly string[]): Failure[] {
  const random = randomFrom(seed);
  const between = ({ least, most }: { least: number; most: number }) =>
    least + random.below(most - least);
  const kinds = random.shuffled(KINDS.flatMap((kind) => Array<Kind>(killsOfEach).fill(kind)));
  // Every one has its turn before one has it twice.
  const turns = (all: readonly string[]) => {
    let waiting: string[] = [];
    return () => {
      if (waiting.length === 0) waiting = random.shuffled(all);
      return waiting.pop() ?? "";
    };
  };
  const killed = turns(nodes);
  const stopped = turns([...nodes, "nats"]);
  const targetOf = (kind: Kind) => {
    if (kind === "node") return killed();
    if (kind === "pause") return stopped();
    return kind === "backend" ? String(random.below(1_000)) : kind;
  };
  return kinds.map((kind) => ({
    kind,
    target: targetOf(kind),
    pauseMs: between(PAUSE_MS),
    downMs: between(kind === "pause" ? STOPPED_MS : DOWN_MS),
  }));
}

const LOADED = ["orders", "inventory", "payments"];
/** What takes the load twice, the rest once. */
export function nodePlans(ports: readonly [number, number]): NodePlan[] {
  const twice = (service: string) =>
    [1, 2].map((n) => ({ name: `${service}-${n}`, services: [service] }));
  return [
    ...ports.map((port, n) => ({
      name: `gateway-${n + 1}`,
      services: ["gateway"],
      environment: { PORT: String(port) },
    })),
    ...LOADED.flatMap(twice),
    { name: "rest", services: DOMAINS.filter((name) => !LOADED.includes(name)) },
  ];
}
