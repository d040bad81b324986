/**
 * Who asks whom for what, and who tells whom: read from the contracts that each service imports and
 * from the events that it hears. A service cannot call what it does not import (test/architecture.spec.ts).
 */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ServiceSchema } from "moleculer";
import type { Action } from "../../lib/contract.ts";
import { healthOf } from "../../lib/health.ts";
import { CACHE_INVALIDATED } from "../../lib/invalidations.ts";
import { eventsOf } from "../../mixins/feed.actions.ts";
import { sagaOf, sagasOf } from "../../mixins/sagas.actions.ts";
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

/** Contracts that are made for any service that has such an action, by the name of their maker. */
const MAKERS: Readonly<Record<string, (service: string) => Action>> = {
  healthOf,
  eventsOf,
  sagaOf,
  sagasOf,
};
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
  const { broadcasts, hears } = MANIFESTS.find(({ name }) => name === service) ?? {};
  const file = path.resolve(`services/${service}/${service}.service.ts`);
  const { default: schema } = (await import(file)) as { default: ServiceSchema };
  const asked = [...(await imported(service)), ...producersOf(schema).map(eventsOf)];
  return {
    service,
    asks: unique(asked.map(({ name }) => name)),
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

const IMPORT = /import \{([^}]*)\} from "(\.[^"]+)"/g;
const CALLED = /\bcall\(\s*[\w.]+,\s*(\w+)/g;
const WHOLE = /import \* as \w+ from "([^"]*(?:contract|registry)\.ts)"/g;

/** A service that is a way in does what `edge/` does for all of them. */
function filesOf(service: string): string[] {
  const own = globSync(`services/${service}/**/*.ts`);
  const isEdge = own.some((file) => /from "(\.\.\/)+edge\//.test(readFileSync(file, "utf8")));
  return isEdge ? [...own, ...globSync("edge/**/*.ts")] : own;
}

/** The actions that a service's files import as values; of its own, those that it calls. */
async function imported(service: string): Promise<Action[]> {
  const files = filesOf(service);
  const found = await Promise.all(
    files.map(async (file) => {
      const text = readFileSync(file, "utf8");
      const mine = (from: string) => from.startsWith(`services/${service}/`);
      const at = (from: string) => path.join(path.dirname(file), from);
      if ([...text.matchAll(WHOLE)].some(([, from = ""]) => !mine(at(from))))
        throw new Error(`${file} must import from the contracts of others by name.`);
      const called = new Set([...text.matchAll(CALLED)].map(([, name = ""]) => name));
      const links = [...text.matchAll(IMPORT)].flatMap(([, names = "", from = ""]) =>
        namesIn(names).map((name) => ({ name, from: at(from) })),
      );
      const asked = links.filter(({ name, from }) => called.has(name) || !mine(from));
      return Promise.all(asked.map(actionsBehind));
    }),
  );
  return found.flat(2);
}

const namesIn = (names: string): string[] =>
  names
    .split(",")
    .map((name) => name.trim().split(" as ")[0] ?? "")
    .filter((name) => name !== "" && !name.startsWith("type "));

async function actionsBehind({ name, from }: { name: string; from: string }): Promise<Action[]> {
  if (from === "services/registry.ts")
    return name === "ACTIONS" ? ACTIONS.filter(({ rest }) => rest !== undefined) : [];
  const make = MAKERS[name];
  if (make && /^(lib|mixins)\//.test(from)) return DOMAINS.map(make);
  if (!/^(services|lib|mixins)\//.test(from)) return [];
  const module = (await import(path.resolve(from))) as Record<string, unknown>;
  const it = module[name];
  return typeof it === "object" && it !== null && "allow" in it && "returns" in it
    ? [it as Action]
    : [];
}
