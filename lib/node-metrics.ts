/** Metrics of this process: share of a core, memory, timer delay, open circuit breakers. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { ServiceBroker } from "moleculer";
import { config } from "../config.ts";
import type { Breaker, NodeState } from "./operations.ts";

const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;
/** Shares of a shorter time say little. */
const FRESH_MS = 2_000;

interface BreakerItem {
  readonly ep: { readonly id: string; readonly action: { readonly name: string } };
  readonly state: string;
  readonly failures: number;
  readonly count: number;
}

export type ProcessMetrics = Omit<NodeState, "breakers" | "databases" | "runningJobs">;

/** Measures the process; several brokers in one process share it. */
export class NodeMetrics {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #usage = process.cpuUsage();
  #sampledAt = performance.now() - process.uptime() * 1000;
  #last: ProcessMetrics;

  constructor() {
    this.#delay.enable();
    // Counted from the start of the process: a look just after it has something to say.
    this.#usage = { user: 0, system: 0 };
    this.#last = this.#measure();
  }

  /** Over the time since the last measure, which is at least FRESH_MS long; memory as it is now. */
  get now(): ProcessMetrics {
    if (performance.now() - this.#sampledAt > FRESH_MS) this.#last = this.#measure();
    return { ...this.#last, memoryBytes: process.memoryUsage.rss() };
  }

  leave(): void {
    this.#delay.disable();
  }

  #measure(): ProcessMetrics {
    const usage = process.cpuUsage();
    const now = performance.now();
    const usedMs = (usage.user + usage.system - this.#usage.user - this.#usage.system) / 1000;
    const passedMs = Math.max(1, now - this.#sampledAt);
    const late = this.#delay.percentile(99) / NS_PER_MS - RESOLUTION_MS;
    this.#delay.reset();
    this.#usage = usage;
    this.#sampledAt = now;
    return {
      version: config.version,
      startedAt: new Date(Date.now() - process.uptime() * 1000).toISOString(),
      cpuPercent: Math.round((usedMs / passedMs) * 1000) / 10,
      memoryBytes: process.memoryUsage.rss(),
      eventLoopDelayMs: Math.max(0, Math.round(late * 10) / 10),
    };
  }
}

/** Breakers of this node that are not closed: whom it does not ask at the moment, and why. */
export function breakersOf(broker: ServiceBroker): Breaker[] {
  const { CircuitBreakerStore: store } = broker as unknown as {
    CircuitBreakerStore?: ReadonlyMap<string, BreakerItem>;
  };
  return [...(store?.values() ?? [])]
    .filter(({ state }) => state !== "close")
    .map(({ ep, state, failures, count }) => ({
      action: ep.action.name,
      nodeId: ep.id,
      state: state === "open" ? "open" : "half-open",
      failures,
      requests: count,
    }));
}
