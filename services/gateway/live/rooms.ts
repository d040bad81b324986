import type { ServiceBroker } from "moleculer";
import type { SignedIn } from "../../../edge/principal.ts";
import { call } from "../../../lib/bus.ts";
import { principalFor } from "../../../lib/principal.ts";
import { scopeOf } from "../../identity/identity.contract.ts";
import { GetOrder } from "../../orders/orders.contract.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Who may watch what. An order's and its saga's room are open to whoever may read the order. */
export async function mayJoin(
  broker: ServiceBroker,
  person: SignedIn,
  room: string,
): Promise<boolean> {
  const [kind = "", subject = ""] = room.split(":", 2);
  if (kind !== "admin" && !UUID.test(subject)) return false;
  switch (kind) {
    case "admin":
      return scopeOf(person.roles, "system.read") !== undefined;
    case "user":
      return subject === person.id || scopeOf(person.roles, "users.read") === "any";
    case "store":
      return mayWatchStore(person, subject);
    case "order":
      return mayReadOrder(broker, person, subject);
    case "saga":
      return scopeOf(person.roles, "sagas.read") === "any" || mayReadOrder(broker, person, subject);
    default:
      return false;
  }
}

function mayWatchStore({ roles, stores }: SignedIn, storeId: string): boolean {
  const scope = scopeOf(roles, "stock.read");
  return scope === "any" || (scope === "store" && stores.includes(storeId));
}

async function mayReadOrder(
  broker: ServiceBroker,
  person: SignedIn,
  orderId: string,
): Promise<boolean> {
  const meta = { principal: principalFor(person) };
  await call(broker, GetOrder, { orderId }, { meta });
  return true;
}
