import { setTimeout as sleep } from "node:timers/promises";
import type { Company } from "./company.ts";

/** These tell of attempts, or follow others at their own pace. */
const RESTLESS = ["login_attempt", "feed_cursor", "feed_head", "migration"];

/** Counts the rows of each table of each service, once nothing is under way any more. */
export async function rowCounts(shop: Company): Promise<Record<string, number>> {
  let before = "";
  for (;;) {
    const counts = Object.assign({}, ...(await Promise.all(shop.domains.map(countsOf(shop)))));
    const now = JSON.stringify(counts);
    if (now === before) return counts as Record<string, number>;
    before = now;
    await sleep(25);
  }
}

const countsOf = (shop: Company) => async (service: string) => {
  const { sql } = shop.db(service);
  const tables = await tablesOf(shop, service);
  if (tables.length === 0) return {};
  const union = tables.map((name) => `select '${name}' as t, count(*)::int as n from "${name}"`);
  const rows = await sql.rows<{ t: string; n: number }>(union.join(" union all "));
  return Object.fromEntries(rows.map(({ t, n }) => [`${service}.${t}`, n]));
};

const known = new WeakMap<Company, Map<string, string[]>>();
async function tablesOf(shop: Company, service: string): Promise<string[]> {
  const ofShop = known.get(shop) ?? new Map<string, string[]>();
  known.set(shop, ofShop);
  const found = ofShop.get(service);
  if (found) return found;
  const rows = await shop
    .db(service)
    .sql.rows<{ t: string }>(
      "select table_name as t from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1",
    );
  const names = rows
    .map(({ t }) => t)
    .filter((name) => !RESTLESS.some((one) => name.includes(one)));
  ofShop.set(service, names);
  return names;
}
