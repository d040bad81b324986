/** Reading the stock ledger. */
import type { Sql } from "../../../lib/sql.ts";
import { CUSTOMER } from "../domain/places.ts";
import type { LedgerEntry } from "../inventory.contract.ts";
import type { VisibleStores } from "./levels.store.ts";

export interface LedgerFilter {
  readonly visible: VisibleStores;
  readonly storeId?: string | undefined;
  readonly variantId?: string | undefined;
  readonly reference?: string | undefined;
  readonly reason?: string | undefined;
  readonly limit: number;
}
interface LedgerRow extends Omit<LedgerEntry, "at" | "reference" | "note" | "actor"> {
  at: Date;
  reference: string | null;
  note: string | null;
  actor: string | null;
}

/**
 * Reads the ledger from the newest on, after `key` (id); one more than the limit. The statement has
 * only the given conditions, so that each uses its index; for stores, it merges the newest entries
 * of each in both directions.
 */
export async function ledger(
  sql: Sql,
  { visible, storeId, variantId, reference, reason, limit }: LedgerFilter,
  key: readonly unknown[] | undefined,
): Promise<LedgerEntry[]> {
  const stores = storeId === undefined ? visible : [storeId];
  const values: unknown[] = [limit + 1, ...(stores ? [stores] : [])];
  const where = (condition: string, value: unknown) =>
    value === undefined ? "" : ` and ${condition} $${values.push(value)}`;
  const n = key && values.push(key[0]);
  const asked = [
    where("variant_id =", variantId),
    where("reference =", reference),
    where("reason =", reason),
    reason === undefined || reason === "sale" ? "" : " and reason <> 'sale'",
    key ? ` and id < $${n} and -id > -($${n}::bigint)` : "",
  ].join("");
  // A small part of the entries is read in the order of its own index; a large part, or all, by id.
  const order = stores || (reason !== undefined && reason !== "sale") ? "-id" : "id desc";
  const newest = (condition: string) =>
    `select * from movement where ${condition}${asked} order by ${order} limit $1`;
  const at = (condition: string) =>
    `select m.* from unnest($2::uuid[]) as store cross join lateral (${newest(condition)}) as m`;
  const received = storeId === CUSTOMER ? "true" : `to_location <> '${CUSTOMER}'`;
  const entries = stores
    ? `${at("from_location = store")} union ${at(`to_location = store and ${received}`)}`
    : newest("true");

  const rows = await sql.rows<LedgerRow>(
    `select m.id, m.at, m.variant_id as "variantId", v.sku, m.quantity, m.reason, m.reference,
       m.note, m.actor,
       jsonb_build_object('id', f.id, 'code', f.code, 'kind', f.kind) as "from",
       jsonb_build_object('id', t.id, 'code', t.code, 'kind', t.kind) as "to"
     from (select * from (${entries}) as e order by id desc limit $1) as m
       join location f on f.id = m.from_location
       join location t on t.id = m.to_location
       join stocked_variant v on v.variant_id = m.variant_id
     order by m.id desc`,
    values,
  );
  return rows.map(toEntry);
}

const toEntry = ({ at, reference, note, actor, ...entry }: LedgerRow): LedgerEntry => ({
  ...entry,
  at: at.toISOString(),
  ...(reference !== null && { reference }),
  ...(note !== null && { note }),
  ...(actor !== null && { actor }),
});
