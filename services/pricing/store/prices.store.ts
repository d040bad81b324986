/** Prices and their history. Callers that write hold the variants' lock. */
import type { Sql } from "../../../lib/sql.ts";
import { RETAIL, type Tariff } from "../domain/tariff.ts";

interface TariffRow {
  variant_id: string;
  currency: string;
  min_quantity: number;
  amount_minor: number;
  compare_at_minor: number | null;
  valid_from: Date | null;
  valid_to: Date | null;
}
const COLUMNS = `p.variant_id, p.currency, p.min_quantity, p.amount_minor, p.compare_at_minor,
  nullif(p.valid_from, '-infinity') as valid_from, nullif(p.valid_to, 'infinity') as valid_to`;

export type TaxedTariff = Tariff & { readonly taxClass: string };

/** The prices of variants that hold at a moment, in one currency, with what they are taxed as. */
export async function tariffsToQuote(
  sql: Sql,
  { variantIds, currency, at }: { variantIds: readonly string[]; currency: string; at: string },
): Promise<TaxedTariff[]> {
  const rows = await sql.rows<TariffRow & { tax_class: string }>(
    `select ${COLUMNS}, coalesce(t.tax_class, 'standard') as tax_class
     from price p left join variant_tax t using (variant_id)
     where p.variant_id = any($1::uuid[]) and p.currency = $2
       and p.valid_from <= $3::timestamptz and p.valid_to > $3::timestamptz`,
    [variantIds, currency, at],
  );
  return rows.map((row) => ({ ...toTariff(row), taxClass: row.tax_class }));
}

/** All prices of variants that hold at a moment or will later. */
export async function tariffsFrom(
  sql: Sql,
  variantIds: readonly string[],
  at: string,
): Promise<Tariff[]> {
  const rows = await sql.rows<TariffRow>(
    `select ${COLUMNS} from price p
     where p.variant_id = any($1::uuid[]) and p.valid_to > $2::timestamptz
     order by p.variant_id, p.currency, p.min_quantity`,
    [variantIds, at],
  );
  return rows.map(toTariff);
}

/** Locks the prices of these variants until the end of the transaction. */
export async function lockVariants(sql: Sql, variantIds: readonly string[]): Promise<string> {
  await sql.run(
    `select pg_advisory_xact_lock(hashtextextended(id, 1)) from unnest($1::text[]) as v (id)`,
    [[...new Set(variantIds)].toSorted()],
  );
  // The clock is read after the lock: the transaction may have begun before the one it waited for.
  const clock = await sql.row<{ now: Date }>("select clock_timestamp() as now");
  return (clock?.now ?? new Date()).toISOString();
}

/** Returns the number of new or different ones. */
export const upsertTariffs = (sql: Sql, tariffs: readonly Tariff[]): Promise<number> =>
  sql.run(
    `insert into price as p (variant_id, currency, min_quantity, valid_from, valid_to,
                             amount_minor, compare_at_minor)
     select * from unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[], $5::timestamptz[],
                          $6::bigint[], $7::bigint[])
     on conflict (variant_id, currency, min_quantity, valid_from, temporary) do update
       set valid_to = excluded.valid_to, amount_minor = excluded.amount_minor,
           compare_at_minor = excluded.compare_at_minor
       where (p.valid_to, p.amount_minor, p.compare_at_minor)
         is distinct from (excluded.valid_to, excluded.amount_minor, excluded.compare_at_minor)`,
    [
      tariffs.map(({ variantId }) => variantId),
      tariffs.map(({ currency }) => currency),
      tariffs.map(({ minQuantity }) => minQuantity),
      tariffs.map(({ validFrom }) => validFrom ?? "-infinity"),
      tariffs.map(({ validTo }) => validTo ?? "infinity"),
      tariffs.map(({ priceMinor }) => priceMinor),
      tariffs.map(({ compareAtMinor }) => compareAtMinor ?? null),
    ],
  );

/** Notes what the catalogue says of how a variant is taxed. */
export const upsertTaxClass = (sql: Sql, variantId: string, taxClass: string): Promise<number> =>
  sql.run(
    `insert into variant_tax as t (variant_id, tax_class) values ($1, $2)
     on conflict (variant_id) do update set tax_class = excluded.tax_class
       where t.tax_class <> excluded.tax_class`,
    [variantId, taxClass],
  );

const toTariff = (row: TariffRow): Tariff => ({
  variantId: row.variant_id,
  currency: row.currency,
  minQuantity: row.min_quantity,
  priceMinor: row.amount_minor,
  list: RETAIL,
  ...(row.compare_at_minor !== null && { compareAtMinor: row.compare_at_minor }),
  ...(row.valid_from && { validFrom: row.valid_from.toISOString() }),
  ...(row.valid_to && { validTo: row.valid_to.toISOString() }),
});
