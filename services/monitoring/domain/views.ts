/** Views of what was seen. Pure. */
import type { DatabaseState, NodeState } from "../../../lib/operations.ts";

interface RunningService {
  readonly name: string;
  readonly actions: readonly string[];
}
interface Node {
  readonly id: string;
  readonly available: boolean;
  readonly services: readonly RunningService[];
}

/** Names of services that are the system's own, not Moleculer's. */
export const named = (services: readonly RunningService[]): string[] =>
  services.map(({ name }) => name).filter((name) => !name.startsWith("$"));

const NODES_SHOWN = 200;
/** Every service that any node knows, also of nodes that are gone, with the nodes that are there. */
export function servicesOf(nodes: readonly Node[], databases: readonly DatabaseState[]) {
  const names = [...new Set(nodes.flatMap(({ services }) => named(services)))].toSorted();
  return names.map((name) => {
    const having = nodes.filter(({ services }) => named(services).includes(name));
    const known = having.flatMap(({ services }) => services.filter((one) => one.name === name));
    const database = databases.find(({ service }) => service === name);
    return {
      name,
      nodes: having
        .filter(({ available }) => available)
        .map(({ id }) => id)
        .slice(0, NODES_SHOWN),
      actions: [...new Set(known.flatMap(({ actions }) => actions))].toSorted(),
      ...(database && {
        database: {
          reachable: database.reachable,
          connections: database.connections,
          maxConnections: database.maxConnections,
        },
      }),
    };
  });
}

/**
 * Lists each feed with its consumers. Databases are read at different moments, so a cursor may be
 * ahead of the head; then it is 0 behind.
 */
export const feedsOf = (databases: readonly DatabaseState[]) =>
  databases.map(({ service: producer, reachable, head, unnumbered, unnumberedSeconds }) => ({
    producer,
    reachable,
    head,
    unnumbered,
    unnumberedSeconds,
    consumers: databases.flatMap(({ service: consumer, cursors }) =>
      cursors
        .filter((cursor) => cursor.producer === producer)
        .map(({ position, tries, error }) => ({
          consumer,
          position,
          behind: reachable ? Math.max(0, head - position) : 0,
          tries,
          error,
        })),
    ),
  }));

/** "carts.orders.17": what carts could not do with the event at 17 of the feed of orders. */
export const deadLetterIdOf = (consumer: string, producer: string, position: number): string =>
  `${consumer}.${producer}.${position}`;

export function deadLetterNamed(id: string): {
  service: string;
  producer: string;
  position: number;
} {
  const [service = "", producer = "", position = ""] = id.split(".");
  return { service, producer, position: Number(position) };
}

const NONE = { due: 0, oldestSeconds: 0, failing: 0, putAside: 0 };
type Running = NodeState["runningJobs"][number];
/** Each kind that is known to a node or a database, with what all nodes together work on. */
export function jobsOf(databases: readonly DatabaseState[], running: readonly Running[]) {
  const counts = databases.flatMap(({ service, jobs }) => jobs.map((it) => ({ service, ...it })));
  const all = new Map(
    [...running, ...counts].map(({ service, job }) => [`${service} ${job}`, { service, job }]),
  );
  return [...all.values()].map(({ service, job }) => {
    const same = (it: { service: string; job: string }) => it.service === service && it.job === job;
    const nodes = running.filter(same);
    const now = nodes.reduce((sum, { running: n }) => sum + n, 0);
    return { ...NONE, ...counts.find(same), service, job, running: now };
  });
}
