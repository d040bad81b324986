/** The operators' view of the running system: nodes, services, breakers, processes, feeds. */
import { command, query } from "../../lib/contract.ts";
import {
  Breaker,
  DatabaseState,
  DeadLetter,
  DeadLetterNotFound,
  EventWithoutData,
} from "../../lib/operations.ts";
import {
  cutList,
  decimal,
  literal,
  boolean,
  type Infer,
  dateTime,
  list,
  nullable,
  object,
  optional,
  text,
  shape,
  describe,
} from "../../lib/shape.ts";
import { count, operatorQuery, ServiceAway } from "./contract/operators.ts";

export { DeadLetterNotFound, EventWithoutData, JobNotFound } from "../../lib/operations.ts";

export { ServiceAway } from "./contract/operators.ts";
export * from "./contract/jobs.ts";

export const ListedNode = shape(
  "ListedNode",
  {
    id: describe("The node's name on the bus.", text()),
    available: describe("False when the node is known to the registry but offline.", boolean()),
    lastHeardSecondsAgo: describe("Seconds since its last sign of life.", count()),
    services: describe("The services that run there.", list(text({ max: 64 }), { max: 500 })),
    state: describe(
      "What it said of itself; absent when it did not answer.",
      optional(
        object({
          version: describe("Version of Comptoir on the node.", text()),
          startedAt: dateTime(),
          uptimeSeconds: describe("Seconds since its start.", count()),
          cpuPercent: describe("Percent of one core; two cores make 200.", decimal({ min: 0 })),
          memoryBytes: describe("Resident memory of the process, in bytes.", count()),
          eventLoopDelayMs: describe("p99 delay of the event loop, in ms.", decimal({ min: 0 })),
        }),
      ),
    ),
  },
  "A node on the bus. Without `state` it does not answer, or knows no operators.",
);
export type ListedNode = Infer<typeof ListedNode>;
export const ListNodes = query("monitoring.nodes", {
  ...operatorQuery,
  summary: "List the nodes: what runs on each, and how it runs.",
  rest: "GET /admin/nodes",
  returns: object({
    items: describe("All nodes that the registry knows.", cutList(ListedNode, { max: 1_000 })),
  }),
});

export const ListServices = query("monitoring.services", {
  ...operatorQuery,
  summary: "List the services, the nodes that run each, and what they can do.",
  rest: "GET /admin/services",
  returns: object({
    items: describe(
      "All services that the registry knows.",
      cutList(
        object({
          name: describe("Name of the service.", text()),
          nodes: describe("Ids of its available nodes, at most 200.", list(text(), { max: 200 })),
          actions: describe("Number of its actions.", list(text({ max: 128 }), { max: 500 })),
          database: describe(
            "Missing where the service has no database.",
            optional(
              object({
                reachable: describe("False: the database did not answer; zeros follow.", boolean()),
                connections: describe("Connections in use.", count()),
                maxConnections: describe("Connections there may be.", count()),
              }),
            ),
          ),
        }),
        { max: 500 },
      ),
    ),
  }),
});

export const ListBreakers = query("monitoring.breakers", {
  ...operatorQuery,
  summary: "List the circuit breakers that are not closed, and on whose side.",
  description: "Breakers are each node's own: one may not ask another while all others do.",
  rest: "GET /admin/breakers",
  returns: object({
    items: describe(
      "Breakers that are not closed, by node.",
      cutList(
        object({ seenBy: describe("The node that says so.", text()), ...Breaker.properties }),
        { max: 1_000 },
      ),
    ),
  }),
});

const { sagas, cursors } = DatabaseState.properties;
export const CountSagas = query("monitoring.sagas", {
  ...operatorQuery,
  summary: "Count the processes that have not ended, by kind and step.",
  rest: "GET /admin/sagas",
  returns: object({
    items: describe(
      "Open processes by service, kind and step.",
      cutList(object({ service: describe("The service.", text()), ...sagas.items.properties }), {
        max: 1_000,
      }),
    ),
  }),
});

export const ListFeeds = query("monitoring.feeds", {
  ...operatorQuery,
  summary: "List the event feeds, and how far behind each consumer is.",
  rest: "GET /admin/feeds",
  returns: object({
    items: describe(
      "One feed for each service with a database.",
      cutList(
        object({
          producer: describe("The service that publishes.", text()),
          reachable: describe("False: the database did not answer; the rest is 0.", boolean()),
          head: describe("Highest position of the producer's feed.", count()),
          unnumbered: describe("Committed events that have no position in the feed yet.", count()),
          unnumberedSeconds: describe(
            "Age of the oldest of them, in seconds.",
            decimal({ min: 0 }),
          ),
          consumers: describe(
            "Who reads it, and how far.",
            list(
              object({
                consumer: describe("Name of the consuming service.", text()),
                position: cursors.items.properties.position,
                behind: describe("Positions that the consumer has not passed yet.", count()),
                tries: describe("Failed tries of the consumer's next event.", count()),
                error: describe("Its last error, or null.", nullable(text({ min: 0, max: 1_000 }))),
              }),
            ),
          ),
        }),
      ),
    ),
  }),
});

const deadLetterId = () =>
  text({
    description: "Names an event that was put aside: producer, consumer, position.",
    max: 200,
    pattern: "^[a-z]+\\.[a-z]+\\.[1-9][0-9]{0,14}$",
  });
export const ListDeadLetters = query("monitoring.deadLetters", {
  ...operatorQuery,
  summary: "List the events that consumers have put aside because they could not react to them.",
  rest: "GET /admin/dead-letters",
  returns: object({
    items: describe(
      "The things on this page.",
      cutList(
        object({
          id: deadLetterId(),
          consumer: describe("Name of the consuming service.", text()),
          ...DeadLetter.properties,
        }),
        {
          max: 5_000,
        },
      ),
    ),
    missing: describe("Consumers that did not answer: theirs are missing.", list(text())),
  }),
});

export const ReplayDeadLetter = command("monitoring.replay", {
  summary: "React once more to an event that was put aside.",
  description:
    "The reaction and the note that it was done are one transaction: asked twice, the second time finds nothing put aside. It is reacted to after what has come since. If the reaction fails again, its error is answered and the event stays put aside.",
  rest: "POST /admin/dead-letters/:deadLetterId/replay",
  allow: "sagas.retry",
  access: "any",
  timeoutMs: 10_000,
  params: { deadLetterId: deadLetterId() },
  returns: object({
    success: describe("Always true: the reaction has succeeded.", literal(true)),
    id: deadLetterId(),
    name: describe("Name of the event.", text()),
  }),
  failures: [DeadLetterNotFound, EventWithoutData, ServiceAway],
  tag: "operations",
});
