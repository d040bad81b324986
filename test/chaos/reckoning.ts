/** What must be true in the end, counted in all databases. */
import { Client } from "pg";
import type { Claim } from "../../operations/proof/claims.ts";
import type { Answered } from "./shoppers.ts";

type UrlOf = (service: string) => string;

async function rows<R extends object>(url: string, query: string, values: unknown[] = []) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(query, values)).rows;
  } finally {
    await client.end();
  }
}

/** How many orders there are of each status, those given back as `refunded`. */
export async function statuses(urlOf: UrlOf): Promise<Record<string, number>> {
  const found = await rows<{ status: string; n: number }>(
    urlOf("orders"),
    `select case when refunded_at is not null then 'refunded' else status end as status,
       count(*)::int as n from "order" where not tombstone group by 1 order by 1`,
  );
  return Object.fromEntries(found.map(({ status, n }) => [status, n]));
}

/** Whether any process still has a way to go. */
export async function underWay(urlOf: UrlOf): Promise<number> {
  const query = "select count(*)::int as n from saga where ended_at is null";
  return (await rows<{ n: number }>(urlOf("orders"), query))[0]?.n ?? 0;
}

/** What left the shelves is what was paid and not given back, piece by piece. */
export async function unitsReckoned(urlOf: UrlOf, stocked: number): Promise<Claim> {
  const [shelf] = await rows<{ left: number; held: number; moved: number }>(
    urlOf("inventory"),
    `select sum(on_hand)::int as left, sum(reserved)::int as held,
       (select coalesce(sum(case when reason = 'sale' then quantity else 0 end), 0)::int
        from movement) as moved
     from stock join location l on l.id = location_id and l.kind = 'warehouse'`,
  );
  const [sold] = await rows<{ paid: number; kept: number }>(
    urlOf("orders"),
    `select coalesce(sum(quantity), 0)::int as paid,
       coalesce(sum(quantity) filter (where refunded_at is null), 0)::int as kept
     from order_line join "order" on "order".id = order_id where status = 'paid'`,
  );
  const { left = 0, held = 0, moved = 0 } = shelf ?? {};
  const { paid = 0, kept: retained = 0 } = sold ?? {};
  return {
    says: `${stocked} units stocked = ${retained} sold and kept + ${left} left; ${moved} left by sales for ${paid} paid; ${held} held`,
    holds: stocked === retained + left && moved === paid && held === 0,
  };
}

/** Where more was wanted than there was, all is sold. */
export async function soldOut(
  urlOf: UrlOf,
  { sku, variantId }: { sku: string; variantId: string },
  units: number,
): Promise<Claim> {
  const [sold] = await rows<{ n: number }>(
    urlOf("orders"),
    `select coalesce(sum(quantity), 0)::int as n from order_line
     join "order" on "order".id = order_id
     where status = 'paid' and refunded_at is null and variant_id = $1`,
    [variantId],
  );
  return {
    says: `${sku}: ${sold?.n} of ${units} units sold`,
    holds: sold?.n === units,
  };
}

/** Nobody who was told "paid" finds anything else later. */
export async function keptPromises(urlOf: UrlOf, published: readonly Answered[]): Promise<Claim> {
  const promised = published.filter(({ end }) => end === "paid").map(({ orderId = "" }) => orderId);
  const [retained] = await rows<{ n: number }>(
    urlOf("orders"),
    `select count(*)::int as n from "order" where id = any($1) and status = 'paid'`,
    [promised],
  );
  return {
    says: `${promised.length} were told that they have paid; ${retained?.n} of these orders are paid`,
    holds: retained?.n === promised.length,
  };
}

/** As many orders as were answered, each once. */
export async function noneTwice(urlOf: UrlOf, published: readonly Answered[]): Promise<Claim> {
  const ids = published.flatMap(({ orderId }) => orderId ?? []);
  const twice = ids.length - new Set(ids).size;
  const [charged] = await rows<{ n: number }>(
    urlOf("payments"),
    `select count(*)::int as n from (select order_id from payment where state = 'captured'
       group by 1 having count(*) > 1) x`,
  );
  return {
    says: `${ids.length} orders answered, ${twice} of them twice; ${charged?.n} charged twice`,
    holds: twice === 0 && charged?.n === 0,
  };
}
