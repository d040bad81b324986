/** Tax rates. They are few and every quote needs them, so each node keeps them for a moment. */
import type { Sql } from "../../../lib/sql.ts";
import { millisecondsOf } from "../domain/moment.ts";
import type { TaxRate } from "../contract/price.shape.ts";
import { TaxRates } from "./tables.ts";

const KEEP_MS = 30_000;

interface CachedRates {
  readonly until: number;
  readonly rates: Promise<TaxRate[]>;
}
const cached = new WeakMap<object, CachedRates>();

/** Basis points by tax class, as they are in a country at a moment. */
export async function ratesFor(
  db: { readonly sql: Sql },
  country: string,
  at: string,
): Promise<Record<string, number>> {
  const now = millisecondsOf(at);
  const holding = (await cachedRates(db)).filter(
    (rate) => rate.country === country && millisecondsOf(rate.validFrom) <= now,
  );
  // Oldest first, so that of each class the one that began last stays.
  return Object.fromEntries(holding.map(({ taxClass, basisPoints }) => [taxClass, basisPoints]));
}

/** Lets this node look again at the next quote. */
export const dropCachedRates = (db: object): boolean => cached.delete(db);

function cachedRates(db: { readonly sql: Sql }): Promise<TaxRate[]> {
  const found = cached.get(db);
  if (found && found.until > Date.now()) return found.rates;
  const fresh = { until: Date.now() + KEEP_MS, rates: allRates(db.sql) };
  cached.set(db, fresh);
  // A failed read is not cached.
  fresh.rates.catch(() => cached.get(db) === fresh && cached.delete(db));
  return fresh.rates;
}

/** All rates that hold, held or will, oldest first. */
export const allRates = async (sql: Sql): Promise<TaxRate[]> =>
  (
    await sql.rows(
      `select ${TaxRates.columns} from tax_rate order by valid_from, country, tax_class`,
    )
  ).map(TaxRates.read);

export const upsertRates = (sql: Sql, rates: readonly TaxRate[]): Promise<number> =>
  sql.run(
    `insert into tax_rate (country, tax_class, basis_points, valid_from)
     select * from unnest($1::text[], $2::text[], $3::int[], $4::timestamptz[])
     on conflict (country, tax_class, valid_from) do update
       set basis_points = excluded.basis_points`,
    [
      rates.map(({ country }) => country),
      rates.map(({ taxClass }) => taxClass),
      rates.map(({ basisPoints }) => basisPoints),
      rates.map(({ validFrom }) => validFrom),
    ],
  );
