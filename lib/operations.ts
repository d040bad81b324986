/**
 * Actions of every node about itself: its metrics, its open breakers, the state of its services'
 * databases. They are internal; people call an action that checks their permission.
 */
import { command, failure, query } from "./contract.ts";
import {
  describe,
  cutList,
  decimal,
  boolean,
  type Infer,
  dateTime,
  id,
  integer,
  list,
  nullable,
  object,
  oneOf,
  optional,
  text,
} from "./shape.ts";

const count = () => integer({ min: 0 });
const seconds = () => decimal({ min: 0 });

/** Jobs of one kind; see lib/job-queue.ts. */
export const JobCounts = object({
  job: describe("The kind of job.", text({ max: 64 })),
  due: describe("How many are due and not taken.", count()),
  oldestSeconds: describe("Seconds since the oldest of them became due.", seconds()),
  failing: describe("Number whose last try failed and that are retried.", count()),
  putAside: describe("Number that failed too often and wait for an operator.", count()),
});

export const Breaker = object({
  action: describe(
    "Name of the action whose calls the breaker guards, such as `orders.place`.",
    text(),
  ),
  /** The node whose answers the breaker blocks. */
  nodeId: describe("Id of the node whose answers the breaker guards.", text()),
  state: describe(
    "State: `open` blocks calls, `half-open` lets one through as a test.",
    oneOf("open", "half-open"),
  ),
  failures: describe("Failed calls in the breaker's present window.", count()),
  requests: describe("All calls in the breaker's present window.", count()),
});
export type Breaker = Infer<typeof Breaker>;

/** The state of one service's database; see lib/database-metrics.ts for each number. */
export const DatabaseState = object({
  service: describe("The service.", text()),
  /** False: it did not answer, and nothing else is known. */
  reachable: describe("False when the database did not answer; its numbers are then 0.", boolean()),
  head: describe("Highest position of the service's own event feed.", count()),
  unnumbered: describe("Committed events that have no position in the feed yet.", count()),
  unnumberedSeconds: describe("Age of the oldest event without a position, in seconds.", seconds()),
  deadLetters: count(),
  cursors: list(
    object({
      producer: describe("The service that publishes.", text()),
      position: describe("The place in the feed.", count()),
      tries: describe("How often it was tried.", count()),
      error: describe("What went wrong.", nullable(text({ min: 0, max: 1_000 }))),
    }),
  ),
  sagas: describe(
    "Processes.",
    list(
      object({
        kind: describe("Which kind it is.", text()),
        step: describe("The step of the process.", text()),
        open: describe("How many are not over.", count()),
        overdue: describe("How many are late.", count()),
        overdueSeconds: describe("How late the latest one is.", seconds()),
        failing: describe("How many failed at the last try.", count()),
        stuck: describe("How many tried too often.", count()),
        oldestSeconds: describe("The age of the oldest.", seconds()),
      }),
      { max: 500 },
    ),
  ),
  jobs: describe("Jobs by kind.", list(JobCounts, { max: 100 })),
  connections: describe("Connections in use.", count()),
  maxConnections: describe("Connections there may be.", count()),
});
export type DatabaseState = Infer<typeof DatabaseState>;

export const NodeState = object({
  version: describe("The program's version.", text()),
  startedAt: dateTime(),
  /** The process's share of one core since the last request, in percent. */
  cpuPercent: decimal({ min: 0 }),
  memoryBytes: describe("Memory in use.", count()),
  /** 99th percentile of the event loop's delay, in milliseconds. */
  eventLoopDelayMs: describe("How long work waits for its turn.", decimal({ min: 0 })),
  breakers: list(Breaker, { max: 1_000 }),
  /** Jobs that run on the node now. */
  runningJobs: list(
    object({ service: text({ max: 64 }), job: text({ max: 64 }), running: count() }),
    { max: 500 },
  ),
  databases: list(DatabaseState),
});
export type NodeState = Infer<typeof NodeState>;

/** Asks one node: call it with that node's id. Databases are read for the services named. */
export const InspectNode = query("$operations.inspect", {
  summary: "Tell how this node and the databases of these services stand.",
  allow: "internal",
  params: { databases: list(text()) },
  returns: NodeState,
  timeoutMs: 3_000,
});

export const DeadLetter = object({
  producer: describe("The service that publishes.", text()),
  position: describe("The place in the feed.", integer({ min: 1 })),
  name: describe("What people call it.", text()),
  at: dateTime(),
  tries: describe("How often it was tried.", count()),
  error: describe("What went wrong.", text({ min: 0, max: 2_000 })),
  traceId: describe("Names the request in logs.", optional(text())),
});
export type DeadLetter = Infer<typeof DeadLetter>;

export const DeadLetterNotFound = failure<{ id: string }>("DEAD_LETTER_NOT_FOUND", 404, {
  en: "There is no such event put aside. It may have been replayed already: load the list again.",
  fr: "Cet événement n'est pas mis de côté. Il a peut-être déjà été rejoué : rechargez la liste.",
});

export const EventWithoutData = failure<{ name: string; bytes: number }>(
  "EVENT_WITHOUT_DATA",
  409,
  {
    en: "{name} has {bytes} bytes, more than the bus carries: only its head is here. Do by hand what it should have caused.",
    fr: "{name} fait {bytes} octets, plus que ce que transporte le bus : seul son en-tête est ici. Faites à la main ce qu'il aurait dû causer.",
  },
);

/** Lists the oldest 100 of a service on the called node, without those that were replayed. */
export const ListNodeDeadLetters = query("$operations.deadLetters", {
  summary: "List the events that a service has put aside.",
  allow: "internal",
  params: { service: describe("The service.", text()) },
  returns: object({ items: describe("The things on this page.", cutList(DeadLetter)) }),
  timeoutMs: 3_000,
});

/**
 * Runs the reaction to a dead letter, in one transaction with the record of the replay: a
 * repetition has no effect. It runs out of order, after later events.
 * @throws DeadLetterNotFound, EventWithoutData, and whatever the reaction throws again.
 */
export const ReplayOnNode = command("$operations.replay", {
  summary: "React once more to an event that was put aside.",
  allow: "internal",
  params: {
    service: describe("The service.", text()),
    producer: describe("The service that publishes.", text()),
    position: describe("The place in the feed.", integer({ min: 1 })),
  },
  returns: object({ name: describe("What people call it.", text()) }),
  timeoutMs: 8_000,
  failures: [DeadLetterNotFound, EventWithoutData],
});

export const PutAsideJob = object({
  id: id(),
  job: describe("The kind of job.", text({ max: 64 })),
  key: describe("The key of the row or thing that it is about.", text({ max: 300 })),
  tries: describe("How often it was tried.", count()),
  error: describe("Why the last try failed.", text({ min: 0, max: 1_000 })),
  at: describe("When it was put aside.", dateTime()),
});
export type PutAsideJob = Infer<typeof PutAsideJob>;

export const JobNotFound = failure<{ id: string }>("JOB_NOT_FOUND", 404, {
  en: "There is no such job put aside. It may have been replayed already: load the list again.",
  fr: "Cette tâche n'est pas mise de côté. Elle a peut-être déjà été relancée : rechargez la liste.",
});

/** Lists the oldest 100 of a service on the called node. */
export const ListNodeJobs = query("$operations.jobs", {
  summary: "List the jobs that a service has put aside.",
  allow: "internal",
  params: { service: text() },
  returns: object({ items: describe("The jobs, the oldest first.", cutList(PutAsideJob)) }),
  timeoutMs: 3_000,
});

/** Lets a job that was put aside be tried again, as if it had never failed. @throws JobNotFound */
export const ReplayJobOnNode = command("$operations.replayJob", {
  summary: "Try a job again that was put aside.",
  allow: "internal",
  params: { service: text(), id: id() },
  returns: object({ job: text() }),
  timeoutMs: 8_000,
  failures: [JobNotFound],
});
