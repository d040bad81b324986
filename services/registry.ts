/** All that the system promises: the contracts of every service, for routes, documentation and checks. */
import { existsSync } from "node:fs";
import path from "node:path";
import { type Action, type Event, isAction, isEvent } from "../lib/contract.ts";
import { healthOf } from "../lib/health.ts";
import { sagaOf, sagasOf } from "../mixins/sagas.actions.ts";
import { DOMAINS, MANIFESTS } from "./manifests.ts";

export { DOMAINS, MANIFESTS } from "./manifests.ts";

const exported: unknown[] = [];
for (const { name } of MANIFESTS) {
  const file = path.join(import.meta.dirname, `${name}/${name}.contract.ts`);
  // A way in has none: it promises what the others do.
  if (existsSync(file)) exported.push(...Object.values((await import(file)) as object));
}
const withSagas = MANIFESTS.filter(({ sagas }) => sagas);

export const ACTIONS: readonly Action[] = [
  ...exported.filter(isAction),
  ...(DOMAINS.map(healthOf) as unknown as Action[]),
  ...(withSagas.flatMap(({ name }) => [sagasOf(name), sagaOf(name)]) as unknown as Action[]),
];
export const EVENTS: readonly Event[] = exported.filter(isEvent);

export const actionNamed = (name: string): Action | undefined => byName.get(name);
const byName = new Map(ACTIONS.map((action) => [action.name, action]));
