/** Rules of a store and of its changes. */
import { isDeepStrictEqual } from "node:util";
import { type Store, type StoreDraft, StoreInvalid } from "../inventory.contract.ts";

export type FullStore = Store & { readonly configuration: Record<string, unknown> };
/** A change: what is absent stays, what is null is removed. */
type StoreChange = Partial<Omit<StoreDraft, "code">>;

const USUAL_TIME_ZONE = "Europe/Paris";
const USUAL_PRIORITY = 100;
/** The size as JSON: a store's opaque configuration has to fit into one answer. */
export const MAX_CONFIGURATION_BYTES = 32_768;

/** A new store. What the draft does not say is as usual. @throws StoreInvalid (422) */
export function createStore(id: string, draft: StoreDraft, now: string): FullStore {
  const bare: FullStore = {
    id,
    code: draft.code,
    name: draft.name,
    kind: "store",
    address: {},
    timeZone: USUAL_TIME_ZONE,
    priority: USUAL_PRIORITY,
    shipsWeb: false,
    configuration: {},
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  return withChange(bare, draft);
}

/** The store as `change` says. @throws StoreInvalid (422) */
export function withChange(store: FullStore, change: StoreChange): FullStore {
  const { latitude, longitude, hours, phone, ...plain } = change;
  const { latitude: lat, longitude: lng, hours: open, phone: number, ...rest } = store;
  const next: FullStore = {
    ...rest,
    ...plain,
    ...retained("latitude", latitude, lat),
    ...retained("longitude", longitude, lng),
    ...retained("hours", hours, open),
    ...retained("phone", phone, number),
  };
  if ((next.latitude === undefined) !== (next.longitude === undefined))
    throw StoreInvalid({ field: "latitude" });
  if (Buffer.byteLength(JSON.stringify(next.configuration)) > MAX_CONFIGURATION_BYTES)
    throw StoreInvalid({ field: "configuration" });
  if (!isTimeZone(next.timeZone)) throw StoreInvalid({ field: "timeZone" });
  return next;
}

export const isSameStore = (a: FullStore, b: FullStore): boolean => isDeepStrictEqual(a, b);

/** Returns `to` if given, else the old value; undefined for null. */
function retained<K extends string, V>(
  name: K,
  to: V | null | undefined,
  was: V | undefined,
): { [P in K]?: V } {
  const value = to === undefined ? was : to;
  return (value === undefined || value === null ? {} : { [name]: value }) as { [P in K]?: V };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
