/**
 * What every node answers about itself to whoever operates the system: how it runs, which breakers it has
 * opened, how the databases of its services stand. Spoken only between services; people ask through
 * an action that judges who they are.
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
  oldestSeconds: describe("How long the oldest of them has been due, in seconds.", seconds()),
  failing: describe("How many failed at the last try and are tried again.", count()),
  putAside: describe("How many failed too often and wait for an operator.", count()),
});

export const Breaker = object({
  action: describe("The action's name.", text()),
  /** Whose answers it stands before. */
  nodeId: describe("The node.", text()),
  state: describe("How it stands.", oneOf("open", "half-open")),
  failures: describe("How many calls failed.", count()),
  requests: describe("How many calls there were.", count()),
});
export type Breaker = Infer<typeof Breaker>;

/** How one service's database stands; see lib/database-metrics.ts for each number. */
export const DatabaseState = object({
  service: describe("The service.", text()),
  /** False: it did not answer, and nothing else is known. */
  reachable: describe("Whether it answers.", boolean()),
  head: describe("The last position of the feed.", count()),
  unnumbered: describe("Events that have no position yet.", count()),
  unnumberedSeconds: describe("The age of the oldest of them.", seconds()),
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
  /** Of the process: share of one core since the last look, in percent. */
  cpuPercent: decimal({ min: 0 }),
  memoryBytes: describe("Memory in use.", count()),
  /** How late timers were in the worst hundredth, in milliseconds. */
  eventLoopDelayMs: describe("How long work waits for its turn.", decimal({ min: 0 })),
  breakers: list(Breaker, { max: 1_000 }),
  /** What the node works on at this moment. */
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

/** Of a service on the asked node; what was replayed is not among them. The oldest 100. */
export const ListNodeDeadLetters = query("$operations.deadLetters", {
  summary: "List the events that a service has put aside.",
  allow: "internal",
  params: { service: describe("The service.", text()) },
  returns: object({ items: describe("The things on this page.", cutList(DeadLetter)) }),
  timeoutMs: 3_000,
});

/**
 * Reacts once more to an event that was put aside, in one transaction with the note that it was: asked
 * twice, it is done once. What has come since stays done, so it is reacted to out of order.
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

/** Of a service on the asked node. The oldest 100. */
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
