/** All that the system promises: the contracts of every service, for routes, documentation and checks. */
import { type Action, type Event, isAction, isEvent } from "../lib/contract.ts";
import { healthOf } from "../lib/health.ts";
import { sagaOf, sagasOf } from "../mixins/sagas.actions.ts";
import * as carts from "./carts/carts.contract.ts";
import * as catalog from "./catalog/catalog.contract.ts";
import * as identity from "./identity/identity.contract.ts";
import * as inventory from "./inventory/inventory.contract.ts";
import * as monitoring from "./monitoring/monitoring.contract.ts";
import * as orders from "./orders/orders.contract.ts";
import * as payments from "./payments/payments.contract.ts";
import * as pricing from "./pricing/pricing.contract.ts";

/** Services with a database of their own. */
export const DOMAINS = [
  "identity",
  "catalog",
  "pricing",
  "inventory",
  "carts",
  "orders",
  "payments",
] as const;
/** Services that own processes. */
const WITH_SAGAS = ["orders"] as const;

const input = [identity, catalog, pricing, inventory, carts, orders, payments, monitoring].flatMap(
  (contract): unknown[] => Object.values(contract),
);

export const ACTIONS: readonly Action[] = [
  ...input.filter(isAction),
  ...DOMAINS.map(healthOf),
  ...WITH_SAGAS.flatMap((service) => [sagasOf(service), sagaOf(service)]),
] as Action[];
export const EVENTS: readonly Event[] = input.filter(isEvent);

export const actionNamed = (name: string): Action | undefined => byName.get(name);
const byName = new Map(ACTIONS.map((action) => [action.name, action]));
