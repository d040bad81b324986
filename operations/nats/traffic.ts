/** The traffic of each service on the bus: the calls of its manifest, and the feeds that it follows. */
import path from "node:path";
import type { ServiceSchema } from "moleculer";
import { healthOf } from "../../lib/health.ts";
import { CACHE_INVALIDATED } from "../../lib/invalidations.ts";
import { eventsOf } from "../../mixins/feed.actions.ts";
import { ACTIONS, DOMAINS, MANIFESTS } from "../../services/registry.ts";

/** What one service does on the bus. */
export interface Traffic {
  readonly service: string;
  /** Names of the actions that it asks others, or other nodes of its own, for. */
  readonly asks: readonly string[];
  /** Names of the events that it broadcasts. */
  readonly publishes: readonly string[];
  /** Names of the events that it hears. */
  readonly subscribes: readonly string[];
}

/** What every node may tell: to whoever watches, to caches, to who collects figures. */
export const PUBLISHED_BY_ALL: readonly string[] = [
  "realtime.push",
  CACHE_INVALIDATED,
  "$metrics.snapshot",
];
/** What every node hears, operators' consoles too: they keep answers as others do. */
export const SUBSCRIBED_BY_ALL: readonly string[] = [CACHE_INVALIDATED];

/** The traffic of every service of the system, in alphabetical order. */
export async function traffic(): Promise<Traffic[]> {
  const names = MANIFESTS.map(({ name }) => name);
  return Promise.all(names.sort().map(trafficOf));
}

async function trafficOf(service: string): Promise<Traffic> {
  const { broadcasts, hears, calls, edge } = MANIFESTS.find(({ name }) => name === service) ?? {};
  const file = path.resolve(`services/${service}/${service}.service.ts`);
  const { default: schema } = (await import(file)) as { default: ServiceSchema };
  const routed = edge
    ? [...ACTIONS.filter(({ rest }) => rest !== undefined), ...DOMAINS.map(healthOf)]
    : [];
  const asked = [...routed, ...producersOf(schema).map(eventsOf)].map(({ name }) => name);
  return {
    service,
    asks: unique([...(calls ?? []), ...asked]),
    publishes: unique([...PUBLISHED_BY_ALL, `${service}.feed`, ...(broadcasts ?? [])]),
    subscribes: unique([...SUBSCRIBED_BY_ALL, ...eventsIn(schema), ...(hears ?? [])]),
  };
}

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();

const mixinsOf = ({ mixins = [] }: Partial<ServiceSchema>): Partial<ServiceSchema>[] => [
  ...mixins,
  ...mixins.flatMap(mixinsOf),
];
const eventsIn = (schema: ServiceSchema): string[] =>
  [schema, ...mixinsOf(schema)].flatMap(({ events }) => Object.keys(events ?? {}));

const producersOf = (schema: ServiceSchema): string[] =>
  mixinsOf(schema).flatMap(({ metadata }) =>
    ((metadata?.hears as string[] | undefined) ?? []).map(
      (subscription) => subscription.split(":")[0] ?? "",
    ),
  );
