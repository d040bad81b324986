/** Sums up the days that are over, so that reports need not read what was booked in them. */
import { addDays, daysAreMissing, sumDay, takeDay } from "../store/day.store.ts";
import type { PaymentsDb } from "../payments.types.ts";

/**
 * Adds the days that have ended and sums each in a transaction of its own; also all of history at first,
 * and days in which something was booked later. May be run by many nodes, and end anywhere.
 */
export async function closeDays(db: PaymentsDb, zone: string): Promise<void> {
  if (await daysAreMissing(db.sql, zone)) await db.transaction((tx) => addDays(db.in(tx), zone));
  while (await closeOne(db, zone));
}

const closeOne = (db: PaymentsDb, zone: string): Promise<boolean> =>
  db.transaction(async (tx) => {
    const sql = db.in(tx);
    const day = await takeDay(sql, zone);
    if (day) await sumDay(sql, zone, day);
    return day !== undefined;
  });
