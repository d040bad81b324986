/** Opening hours as a chain writes them: "Mon: 10-9:30; Tue: 10-9; Sun: closed". */
import type { Day, OpeningHours } from "./imported.ts";

export interface ReadHours {
  hours: OpeningHours;
  /** Days of which nothing is said: closed. */
  missing: Day[];
  /** Openings at 1 to 4 o'clock that were taken for the afternoon. */
  afternoon: string[];
}

const DAYS: readonly Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?$/;
const INTERVAL =
  /^(\d{1,2})(?::([0-5]\d))?\s?([ap]m)?\s?[-–]\s?(\d{1,2})(?::([0-5]\d))?\s?([ap]m)?$/;

/**
 * Reads the hours of a week, or nothing if any part of them cannot be read: half a week would look
 * like a store that is closed. Without am and pm a store opens before noon and closes after it;
 * `12` to open is noon. An opening at 1 to 4 with a later closing hour (`1-5:30`) is taken for the
 * afternoon, as no shop opens at one in the morning to close at half past five in the afternoon.
 */
export function readHours(text: string): ReadHours | undefined {
  if (text.length > 1_000) return undefined;
  const hours: Partial<OpeningHours> = {};
  const afternoon: string[] = [];
  for (const part of text.toLowerCase().split(";")) {
    const entry = part.trim();
    if (entry === "") continue;
    const [name = "", ...input] = entry.split(":");
    const day = DAYS.find((each) => each === DAY.exec(name.trim())?.[1]);
    if (day === undefined || hours[day] !== undefined) return undefined;
    const intervals = readDay(input.join(":").trim(), afternoon);
    if (intervals === undefined) return undefined;
    hours[day] = intervals;
  }
  const missing = DAYS.filter((day) => hours[day] === undefined);
  if (missing.length === DAYS.length) return undefined;
  const { mon = [], tue = [], wed = [], thu = [], fri = [], sat = [], sun = [] } = hours;
  return { hours: { mon, tue, wed, thu, fri, sat, sun }, missing, afternoon };
}

function readDay(text: string, afternoon: string[]): OpeningHours[Day] | undefined {
  if (text === "closed") return [];
  const intervals: OpeningHours[Day] = [];
  for (const part of text.split(",")) {
    const written = part.trim().replace(/([ap])\.m\.?/g, "$1m");
    const minutes = readInterval(written, afternoon);
    const [from, until] = minutes ?? [0, 0];
    if (from >= until) return undefined;
    const before = intervals.at(-1);
    if (before && before[1] > clock(from)) return undefined;
    intervals.push([clock(from), clock(until)]);
  }
  return intervals;
}

/** Minutes since midnight. */
function readInterval(text: string, afternoon: string[]): [number, number] | undefined {
  const found = INTERVAL.exec(text);
  if (!found) return undefined;
  const [, openHour = "", openMinute = "0", openHalf, hour = "", minute = "0", half] = found;
  const [open, close] = [Number(openHour), Number(hour)];
  const on24 = /^0\d/.test(openHour) || /^0\d/.test(hour) || open > 12 || close > 12;
  if (on24 || (openHalf !== undefined && half !== undefined)) {
    return bothOrNone(minutesOf(open, openMinute, openHalf), minutesOf(close, minute, half));
  }
  // Noon or midnight? Of the two readings neither is safe.
  if (half === undefined && (close === 0 || (close === 12 && minute === "0"))) return undefined;
  const later = openHalf === undefined && open >= 1 && open <= 4 && close > open && close < 12;
  if (later) afternoon.push(text);
  const from =
    openHalf === undefined
      ? minutesOf(later ? open + 12 : open, openMinute, undefined)
      : minutesOf(open, openMinute, openHalf);
  return bothOrNone(from, minutesOf(close, minute, half ?? "pm"));
}

function bothOrNone(from: number | undefined, until: number | undefined) {
  return from === undefined || until === undefined
    ? undefined
    : ([from, until] as [number, number]);
}

function minutesOf(hour: number, minute: string, half: string | undefined): number | undefined {
  if (half !== undefined && (hour < 1 || hour > 12)) return undefined;
  const hours = half === undefined ? hour : (hour % 12) + (half === "pm" ? 12 : 0);
  const minutes = hours * 60 + Number(minute);
  return minutes <= 24 * 60 ? minutes : undefined;
}

const clock = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
