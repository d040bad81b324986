/** What invariants across databases need of each, copied into one scratch session. */
import { Client } from "pg";
import { DOMAINS } from "../../services/manifests.ts";

/** By service, then by the name of the scratch table: what it is filled with, and its columns. */
const COPIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  orders: {
    o_order: `select id, status, total, currency from "order" where not tombstone`,
    o_line: "select order_id, line, variant_id, quantity, total from order_line",
  },
  inventory: {
    s_reservation: "select order_id, state from reservation",
    s_line: "select order_id, line, location_id, variant_id, quantity from reservation_line",
    s_stocked: "select variant_id, stocked from stocked_variant",
  },
  payments: {
    p_payment: "select id, order_id, state, amount, refunded, currency from payment",
  },
  pricing: { k_use: "select code, order_id, state from coupon_use" },
  carts: { k_cart: "select order_id, state from cart where order_id is not null" },
};
const feedOf = (service: string) => ({
  [`cursor_${service}`]: "select producer, position from feed_cursor",
  [`head_${service}`]: "select coalesce(max(position), 0) as head from event",
});
const CHUNK = 5_000;

/** Fills the scratch tables of `scratch`'s session. Each database is read in one snapshot. */
export async function copyAll(scratch: Client, urlOf: (service: string) => string): Promise<void> {
  for (const service of DOMAINS) {
    const source = new Client({ connectionString: urlOf(service) });
    await source.connect();
    try {
      await source.query("begin isolation level repeatable read read only");
      const copies = { ...COPIES[service], ...feedOf(service) };
      for (const [as, select] of Object.entries(copies)) await copyOne(scratch, source, as, select);
      await source.query("commit");
    } finally {
      await source.end();
    }
  }
}

async function copyOne(scratch: Client, source: Client, as: string, select: string): Promise<void> {
  const { rows, fields } = await source.query<object>(select);
  const { rows: types } = await scratch.query<{ type: string }>(
    `select format_type(oid, modifier) as type
     from unnest($1::oid[], $2::int[]) with ordinality as t (oid, modifier, n) order by n`,
    [fields.map(({ dataTypeID }) => dataTypeID), fields.map((field) => field.dataTypeModifier)],
  );
  const columns = fields.map(({ name }, n) => `"${name}" ${types[n]?.type ?? "text"}`).join(", ");
  await scratch.query(`create temporary table ${as} (${columns})`);
  for (let from = 0; from < rows.length; from += CHUNK) {
    await scratch.query(
      `insert into ${as} select * from jsonb_to_recordset($1::jsonb) as r (${columns})`,
      [JSON.stringify(rows.slice(from, from + CHUNK))],
    );
  }
}
