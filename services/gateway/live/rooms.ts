import type { ServiceBroker } from "moleculer";
import type { SignedIn } from "../../../edge/principal.ts";
import { call } from "../../../lib/bus.ts";
import type { Room } from "../../../lib/manifest.ts";
import { principalFor } from "../../../lib/principal.ts";
import { scopeOf } from "../../identity/identity.contract.ts";
import { inAll } from "../../manifests.ts";
import { actionNamed } from "../../registry.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ROOMS = new Map(Object.entries(inAll("rooms")));

/** Returns true if the caller may watch the room; see lib/manifest.ts. */
export async function mayJoin(
  broker: ServiceBroker,
  person: SignedIn,
  room: string,
): Promise<boolean> {
  const [kind = "", subject = ""] = room.split(":", 2);
  const known = ROOMS.get(kind);
  if (!known || (!known.single && !UUID.test(subject))) return false;
  if (mayWatch(person, known, subject)) return true;
  return known.readableBy !== undefined && mayRead(broker, person, known.readableBy, subject);
}

function mayWatch(person: SignedIn, { permission, of }: Room, subject: string): boolean {
  const scope = permission === undefined ? undefined : scopeOf(person.roles, permission);
  if (scope === "any" || (of === "person" && subject === person.id)) return true;
  return of === "store" && scope === "store" && person.stores.includes(subject);
}

/** @throws the refusal of the action that reads it */
async function mayRead(
  broker: ServiceBroker,
  person: SignedIn,
  { action, id }: NonNullable<Room["readableBy"]>,
  subject: string,
): Promise<boolean> {
  const contract = actionNamed(action);
  if (!contract) return false;
  await call(broker, contract, { [id]: subject }, { meta: { principal: principalFor(person) } });
  return true;
}
