/**
 * Exposes gauges to Prometheus beyond Moleculer's own metrics. Every node of a service shows the
 * same values of its database: take `max by (…)`, never a sum. Counters and names that begin with
 * `comptoir_node_` belong to one node: a sum is right.
 */
import type { ServiceBroker } from "moleculer";
import type { DatabaseMetrics } from "./database-metrics.ts";
import type { ProcessMetrics } from "./node-metrics.ts";

interface Gauge {
  readonly labels: readonly string[];
  readonly says: string;
}
type Labels = Readonly<Record<string, string>>;

const gauge = (says: string, ...labels: string[]): Gauge => ({ says, labels });

const GAUGES = {
  "comptoir.node.info": gauge("1, with the version that the node runs", "version"),
  "comptoir.node.cpu.percent": gauge("Share of one core, percent"),
  "comptoir.node.memory.bytes": gauge("Resident memory"),
  "comptoir.node.memory.limit.bytes": gauge("Memory that the process may use"),
  "comptoir.node.event.loop.delay.ms": gauge("How late timers were, worst hundredth"),
  "comptoir.node.breakers.open": gauge("Breakers that this node has open", "service"),
  "comptoir.service.nodes": gauge("Nodes of a service that this node sees", "service"),
  "comptoir.database.up": gauge("1 while the service reaches its database", "service"),
  "comptoir.database.connections": gauge("Connections of the whole server", "service"),
  "comptoir.database.connections.max": gauge("Connections that the server allows", "service"),
  "comptoir.database.commits": gauge(
    "Transactions committed since its statistics began",
    "service",
  ),
  "comptoir.database.rollbacks": gauge("Transactions rolled back", "service"),
  "comptoir.database.deadlocks": gauge("Deadlocks", "service"),
  "comptoir.database.blocks.read": gauge("Blocks read from disk", "service"),
  "comptoir.database.blocks.hit": gauge("Blocks found in memory", "service"),
  "comptoir.database.bytes": gauge("Size of the database", "service"),
  "comptoir.node.pool.used": gauge("Connections of this node's pool in use", "service"),
  "comptoir.node.pool.waiting": gauge("Who waits for a connection of the pool", "service"),
  "comptoir.feed.head": gauge("Highest position of a feed", "producer"),
  "comptoir.feed.unnumbered": gauge("Events committed and not numbered", "producer"),
  "comptoir.feed.unnumbered.seconds": gauge("Age of the oldest of them", "producer"),
  "comptoir.feed.cursor": gauge("Where a consumer stands", "consumer", "producer"),
  "comptoir.feed.tries": gauge("Failed tries at its next event", "consumer", "producer"),
  "comptoir.dead.letters": gauge("Events put aside and not replayed", "consumer"),
  "comptoir.sagas.open": gauge("Processes that have not ended", "service", "kind", "step"),
  "comptoir.sagas.failing": gauge("Processes whose step failed", "service", "kind", "step"),
  "comptoir.sagas.stuck": gauge(
    "Processes whose step failed five times",
    "service",
    "kind",
    "step",
  ),
  "comptoir.sagas.overdue": gauge("Processes that nobody drives", "service", "kind", "step"),
  "comptoir.imports": gauge("Imports of the last day", "service", "state"),
  "comptoir.jobs.due": gauge("Jobs that are due and not taken", "service", "kind"),
  "comptoir.jobs.oldest.seconds": gauge("How long the first of them is due", "service", "kind"),
  "comptoir.jobs.failing": gauge("Jobs that have failed and are tried again", "service", "kind"),
  "comptoir.jobs.put.aside": gauge("Jobs that failed too often", "service", "kind"),
  "comptoir.node.jobs.running": gauge("Jobs that this node works on", "service", "kind"),
  "comptoir.invariant.violations": gauge("Rows that must not be", "service", "invariant"),
} as const satisfies Record<string, Gauge>;
const JOB_GAUGES = [
  ["comptoir.jobs.due", "due"],
  ["comptoir.jobs.oldest.seconds", "oldestSeconds"],
  ["comptoir.jobs.failing", "failing"],
  ["comptoir.jobs.put.aside", "putAside"],
] as const;
type GaugeName = keyof typeof GAUGES;

/** Sets the gauges of one broker. Does nothing where metrics are off. */
export class Gauges {
  readonly #broker: ServiceBroker;
  readonly #present = new Map<string, { name: GaugeName; service: string; labels: Labels }>();

  constructor(broker: ServiceBroker) {
    this.#broker = broker;
    if (!broker.isMetricsEnabled()) return;
    for (const [name, { labels, says }] of Object.entries(GAUGES))
      broker.metrics.register({ name, type: "gauge", labelNames: [...labels], description: says });
  }

  set(name: GaugeName, value: number, labels: Labels = {}): void {
    this.#broker.metrics.set(name, value, labels);
  }

  setProcess(metrics: ProcessMetrics): void {
    this.set("comptoir.node.info", 1, { version: metrics.version });
    this.set("comptoir.node.cpu.percent", metrics.cpuPercent);
    this.set("comptoir.node.memory.bytes", metrics.memoryBytes);
    // Without a limit this is a number beyond every machine.
    const limit = process.constrainedMemory();
    const some = limit > 0 && limit < Number.MAX_SAFE_INTEGER;
    this.set("comptoir.node.memory.limit.bytes", some ? limit : process.availableMemory());
    this.set("comptoir.node.event.loop.delay.ms", metrics.eventLoopDelayMs);
  }

  setDatabase(service: string, metrics: DatabaseMetrics | undefined): void {
    this.set("comptoir.database.up", metrics ? 1 : 0, { service });
    if (!metrics) return;
    this.#setFeed(service, metrics);
    this.#setServer(service, metrics);
    this.#remove(service);
    for (const { kind, step, ...saga } of metrics.sagas)
      for (const what of ["open", "failing", "stuck", "overdue"] as const)
        this.#setFleeting(`comptoir.sagas.${what}`, saga[what], service, { service, kind, step });
    for (const { state, jobs } of metrics.imports)
      this.#setFleeting("comptoir.imports", jobs, service, { service, state });
    for (const { job: kind, ...counts } of metrics.jobs)
      for (const [what, count] of JOB_GAUGES)
        this.#setFleeting(what, counts[count], service, { service, kind });
  }

  #setFeed(service: string, metrics: DatabaseMetrics): void {
    const producer = service;
    this.set("comptoir.feed.head", metrics.head, { producer });
    this.set("comptoir.feed.unnumbered", metrics.unnumbered, { producer });
    this.set("comptoir.feed.unnumbered.seconds", metrics.unnumberedSeconds, { producer });
    this.set("comptoir.dead.letters", metrics.deadLetters, { consumer: service });
    for (const { producer: source, position, tries } of metrics.cursors) {
      this.set("comptoir.feed.cursor", position, { consumer: service, producer: source });
      this.set("comptoir.feed.tries", tries, { consumer: service, producer: source });
    }
  }

  #setServer(service: string, { server }: DatabaseMetrics): void {
    const values: [GaugeName, number][] = [
      ["comptoir.database.connections", server.connections],
      ["comptoir.database.connections.max", server.maxConnections],
      ["comptoir.database.commits", server.commits],
      ["comptoir.database.rollbacks", server.rollbacks],
      ["comptoir.database.deadlocks", server.deadlocks],
      ["comptoir.database.blocks.read", server.blocksRead],
      ["comptoir.database.blocks.hit", server.blocksHit],
      ["comptoir.database.bytes", server.bytes],
    ];
    for (const [name, value] of values) this.set(name, value, { service });
  }

  #setFleeting(name: GaugeName, value: number, service: string, labels: Labels): void {
    this.#present.set(`${name} ${JSON.stringify(labels)}`, { name, service, labels });
    this.set(name, value, labels);
  }

  /** A saga that has left its step is not there any more: its gauge would stay as it was. */
  #remove(service: string): void {
    for (const { name, service: of, labels } of this.#present.values())
      if (of === service) this.set(name, 0, labels);
  }
}
