/** The fields of a store in a chain's list: each is read, or told why not. */
import type { IssueCode, IssueData } from "./issues.ts";
import { type ReadHours, readHours } from "./hours.ts";

const TEXT = 255;
const SERVICES = 100;

export type Entry = Readonly<Record<string, unknown>>;
export type Report = (code: IssueCode, field: string, data?: IssueData) => void;

/** Text or a whole number as text; empty if it is neither. */
function textOf(value: unknown): string {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== "string" || !value.isWellFormed() || value.includes("\0")) return "";
  const text = value.trim();
  return text.length <= TEXT ? text : "";
}

export function needed(fields: Entry, name: string, report: Report): string | undefined {
  const text = textOf(fields[name]);
  if (text !== "") return text;
  report("STORE_FIELD_MISSING", name, { value: shown(fields[name]), name, limit: TEXT });
  return undefined;
}

export function optionalText(fields: Entry, name: string, report: Report): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === "") return undefined;
  const text = textOf(value);
  if (text !== "") return text;
  if (shown(value).trim() === "") return undefined;
  report("STORE_FIELD_REFUSED", name, { value: shown(value), name, limit: TEXT });
  return undefined;
}

const shown = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "");

export function placeOf(
  fields: Entry,
  report: Report,
): { latitude: number; longitude: number } | undefined {
  const { location } = fields;
  const { lat, lon }: Entry = typeof location === "object" ? { ...location } : {};
  const within = (value: unknown, limit: number): value is number =>
    typeof value === "number" && Math.abs(value) <= limit;
  if (within(lat, 90) && within(lon, 180)) return { latitude: lat, longitude: lon };
  report("STORE_PLACE_UNREADABLE", "location", { value: shown(location) });
  return undefined;
}

/** A ZIP code that went through a number has lost its leading zeros (New England: 02128). */
export function postalCodeOf(zip: string, country: string, report: Report): string {
  if (country !== "US" || !/^\d{3,4}$/.test(zip)) return zip;
  const taken = zip.padStart(5, "0");
  report("POSTAL_CODE_PADDED", "zip", { value: zip, taken });
  return taken;
}

export function hoursOf(fields: Entry, report: Report): ReadHours | undefined {
  const { hours } = fields;
  if (hours === undefined || hours === null || hours === "") return undefined;
  const read = typeof hours === "string" ? readHours(hours) : undefined;
  const value = shown(hours);
  if (!read) report("HOURS_UNREADABLE", "hours", { value });
  if (read && read.missing.length > 0) {
    report("HOURS_DAY_MISSING", "hours", { value, days: read.missing.join(", ") });
  }
  for (const each of read?.afternoon ?? []) report("HOURS_AFTERNOON", "hours", { value: each });
  return read;
}

export function servicesOf(fields: Entry, report: Report): string[] {
  const { services } = fields;
  if (services === undefined || services === null) return [];
  const name = "services";
  if (!Array.isArray(services)) {
    report("STORE_FIELD_REFUSED", name, { value: shown(services), name, limit: TEXT });
    return [];
  }
  const taken = new Set<string>();
  for (const service of services) {
    const text = taken.size < SERVICES ? textOf(service) : "";
    if (text !== "") taken.add(text);
    else report("STORE_FIELD_REFUSED", name, { value: shown(service), name, limit: TEXT });
  }
  return [...taken];
}
