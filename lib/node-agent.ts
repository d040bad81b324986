/** Collects one node's state and that of its services' databases, for operators and Prometheus. */
import type { Service, ServiceBroker } from "moleculer";
import { runInContext } from "./request-context.ts";
import { type DatabaseMetrics, databaseMetrics } from "./database-metrics.ts";
import type { Db } from "./database.ts";
import { withDeadline } from "./deadline.ts";
import { listDeadLetters, noteReplay, takeDeadLetter } from "./dead-letters.ts";
import type { Envelope } from "./feed.ts";
import { countingWatched } from "./invariants.ts";
import { type JobState, listPutAside, replayJob } from "./job-queue.ts";
import { Gauges } from "./gauges.ts";
import { breakersOf, NodeMetrics } from "./node-metrics.ts";
import { singleFlight } from "./single-flight.ts";
import {
  type DatabaseState,
  type DeadLetter,
  DeadLetterNotFound,
  JobNotFound,
  type NodeState,
  type PutAsideJob,
} from "./operations.ts";
import { fitting } from "./page.ts";
import { DatabaseUnavailable, type Sql, type Tx } from "./sql.ts";

type Reaction = (event: Envelope<never>, tx: Tx, service: never) => Promise<void>;
/** A service with a database, and what its mixins may have given it. */
type Resident = Service & {
  db: Db;
  /** Reactions by producer, then by the event's name. */
  reactions?: ReadonlyMap<string, ReadonlyMap<string, Reaction>>;
  jobs?: {
    readonly running: ReadonlyMap<string, number>;
    readonly states: (sql: Sql) => Promise<JobState[]>;
    readonly kick: (job: string) => void;
  };
};

/** Longest that a node waits for its databases before it answers without them. */
const LOOK_LIMIT_MS = 2_000;
/** Requests within this time get the same snapshot. */
const FRESH_MS = 2_000;
/** Invariants read whole tables. */
const COUNT_LIMIT_MS = 10_000;
const INVARIANTS_FRESH_MS = 300_000;

export class NodeAgent {
  readonly #broker: ServiceBroker;
  readonly #services: readonly string[];
  readonly #node = new NodeMetrics();
  readonly #gauges: Gauges;
  readonly #refresh = singleFlight(() => this.#show());
  #refreshedAt = -Infinity;
  #invariantsAt = -Infinity;

  /** `services` are those that the system needs: of each, how many nodes are seen is shown. */
  constructor(broker: ServiceBroker, services: readonly string[]) {
    this.#broker = broker;
    this.#services = services;
    this.#gauges = new Gauges(broker);
  }

  /** Updates the gauges, at most every FRESH_MS. */
  async refresh(): Promise<void> {
    if (!this.#broker.isMetricsEnabled() || !this.#broker.started) return;
    if (performance.now() - this.#refreshedAt > FRESH_MS) await this.#refresh();
  }

  leave(): void {
    this.#node.leave();
  }

  /** Returns the state of the node, and of the databases of those of `services` that run on it. */
  async inspect(services: readonly string[]): Promise<NodeState> {
    const there = this.#residents().filter(({ name }) => services.includes(name));
    const databases = await Promise.all(
      there.map(async (one) => stateOf(one.name, await inspectDatabase(one))),
    );
    const runningJobs = this.#runningJobs();
    return { ...this.#node.now, breakers: breakersOf(this.#broker), runningJobs, databases };
  }

  /** @throws DatabaseUnavailable (503) when `service` is not on this node, or its database is away. */
  async deadLetters(service: string): Promise<DeadLetter[]> {
    return fitting(await listDeadLetters(this.#assert(service).db.sql));
  }

  /** Answers the event's name. @throws DeadLetterNotFound (404), and what the reaction throws. */
  async replay(service: string, producer: string, position: number): Promise<string> {
    const resident = this.#assert(service);
    const { db } = resident;
    return db.transaction(async (tx) => {
      const event = await takeDeadLetter(db.in(tx), producer, position);
      if (!event) throw DeadLetterNotFound({ id: `${service}.${producer}.${position}` });
      const { name, traceId, actor } = event;
      const run = resident.reactions?.get(producer)?.get(name);
      await runInContext({ traceId, actor, action: `on.${name}` }, async () =>
        run?.(event, tx, resident as never),
      );
      await noteReplay(db.in(tx), producer, position);
      return name;
    });
  }

  /** @throws DatabaseUnavailable (503), as `deadLetters`. */
  async jobsPutAside(service: string): Promise<PutAsideJob[]> {
    const rows = await listPutAside(this.#assert(service).db.sql);
    return fitting(rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() })));
  }

  /** Answers the job's kind, which is tried at once. @throws JobNotFound (404) */
  async replayJob(service: string, id: string): Promise<string> {
    const { db, jobs } = this.#assert(service);
    const replayed = await replayJob(db.sql, id);
    if (!replayed) throw JobNotFound({ id: `${service}.${id}` });
    jobs?.kick(replayed.job);
    return replayed.job;
  }

  #runningJobs() {
    return this.#residents().flatMap(({ name: service, jobs }) =>
      [...(jobs?.running ?? [])].map(([job, running]) => ({ service, job, running })),
    );
  }

  async #show(): Promise<void> {
    this.#gauges.setProcess(this.#node.now);
    this.#countOthers();
    for (const { running, service, job: kind } of this.#runningJobs())
      this.#gauges.set("comptoir.node.jobs.running", running, { service, kind });
    const asked = performance.now() - this.#invariantsAt > INVARIANTS_FRESH_MS;
    if (asked) this.#invariantsAt = performance.now();
    for (const resident of this.#residents()) {
      this.#gauges.setDatabase(resident.name, await inspectDatabase(resident));
      this.#setPool(resident);
      if (asked) await this.#setInvariants(resident);
    }
    this.#refreshedAt = performance.now();
  }

  /** Counts the nodes and open breakers of each service, as this node sees them. */
  #countOthers(): void {
    const { registry } = this.#broker;
    const breakers = breakersOf(this.#broker);
    const nodes = registry.nodes.list({ onlyAvailable: true, withServices: true }) as unknown as {
      services: { name: string }[];
    }[];
    for (const service of this.#services) {
      const having = nodes.filter(({ services }) => services.some(({ name }) => name === service));
      this.#gauges.set("comptoir.service.nodes", having.length, { service });
      // One that is half-open lets the next request through; without one it stays so for ever.
      const open = breakers.filter(
        ({ action, state }) => state === "open" && action.startsWith(`${service}.`),
      );
      this.#gauges.set("comptoir.node.breakers.open", open.length, { service });
    }
  }

  #setPool({ name: service, db }: Resident): void {
    const { pool } = db.sequelize.connectionManager as unknown as {
      pool?: { using: number; waiting: number };
    };
    this.#gauges.set("comptoir.node.pool.used", pool?.using ?? 0, { service });
    this.#gauges.set("comptoir.node.pool.waiting", pool?.waiting ?? 0, { service });
  }

  async #setInvariants({ name: service, db, schema }: Resident): Promise<void> {
    for (const one of schema.invariants ?? []) {
      const { watched } = one;
      if (!watched) continue;
      // Without an answer the last figure stays; that the database is away is shown by itself.
      const found = await withDeadline(COUNT_LIMIT_MS, watched.as, () =>
        db.sql.row<{ n: number }>(...countingWatched(one)),
      ).catch(() => undefined);
      if (!found) continue;
      const labels = { service, invariant: watched.as };
      this.#gauges.set("comptoir.invariant.violations", found.n, labels);
    }
  }

  #residents(): Resident[] {
    return this.#broker.services.filter((service): service is Resident => "db" in service);
  }

  #assert(name: string): Resident {
    const found = this.#residents().find((service) => service.name === name);
    if (found) return found;
    throw DatabaseUnavailable({ reason: `${name} is not on ${this.#broker.nodeID}` });
  }
}

/** A database that hangs must not make its node look dead, nor hide how the others stand. */
const inspectDatabase = ({ name, db, jobs }: Resident): Promise<DatabaseMetrics | undefined> =>
  withDeadline(LOOK_LIMIT_MS, name, () =>
    databaseMetrics(db.sql, jobs && ((own) => jobs.states(own))),
  ).catch(() => undefined);

function stateOf(service: string, metrics: DatabaseMetrics | undefined): DatabaseState {
  const { head = 0, unnumbered = 0, unnumberedSeconds = 0, deadLetters = 0 } = metrics ?? {};
  const { connections = 0, maxConnections = 0 } = metrics?.server ?? {};
  return {
    service,
    reachable: metrics !== undefined,
    head,
    unnumbered,
    unnumberedSeconds,
    deadLetters,
    cursors: [...(metrics?.cursors ?? [])],
    sagas: [...(metrics?.sagas ?? [])],
    jobs: [...(metrics?.jobs ?? [])],
    connections,
    maxConnections,
  };
}
