/** The columns that invariants across databases need, copied into one scratch session. */
import { Client } from "pg";
import { DOMAINS } from "../../services/manifests.ts";

interface Copy {
  /** Name of the scratch table. */
  readonly as: string;
  readonly service: string;
  /** Columns of the scratch table, as SQL declares them, in the order of `select`. */
  readonly columns: string;
  readonly select: string;
}

export const COPIES: readonly Copy[] = [
  {
    as: "o_order",
    service: "orders",
    columns:
      "id uuid, status text, total bigint, currency text, pay_deadline timestamptz, refund_asked boolean",
    select: `select id, status, total, currency, pay_deadline, refund_asked_at is not null as refund_asked
             from "order" where not tombstone`,
  },
  {
    as: "o_line",
    service: "orders",
    columns: "order_id uuid, line int, variant_id uuid, quantity int, total bigint",
    select: "select order_id, line, variant_id, quantity, total from order_line",
  },
  {
    as: "o_coupon",
    service: "orders",
    columns: "order_id uuid, code text",
    select: `select id as order_id, unnest(coupons) as code from "order"`,
  },
  {
    as: "o_saga",
    service: "orders",
    columns: "id uuid, kind text, step text, ended boolean",
    select: "select id, kind, step, ended_at is not null as ended from saga",
  },
  {
    as: "o_key",
    service: "orders",
    columns: "resource_id text",
    select: "select resource_id from idempotency where resource_id is not null",
  },
  {
    as: "s_reservation",
    service: "inventory",
    columns: "order_id uuid, state text",
    select: "select order_id, state from reservation",
  },
  {
    as: "s_line",
    service: "inventory",
    columns: "order_id uuid, line int, location_id uuid, variant_id uuid, quantity int",
    select: "select order_id, line, location_id, variant_id, quantity from reservation_line",
  },
  {
    as: "s_stocked",
    service: "inventory",
    columns: "variant_id uuid, stocked boolean",
    select: "select variant_id, stocked from stocked_variant",
  },
  {
    as: "p_payment",
    service: "payments",
    columns: "id uuid, order_id uuid, state text, amount bigint, refunded bigint, currency text",
    select: "select id, order_id, state, amount, refunded, currency from payment",
  },
  {
    as: "k_use",
    service: "pricing",
    columns: "code text, order_id uuid, state text",
    select: "select code, order_id, state from coupon_use",
  },
  {
    as: "k_cart",
    service: "carts",
    columns: "order_id uuid, state text",
    select: "select order_id, state from cart where order_id is not null",
  },
  ...DOMAINS.flatMap((service): Copy[] => [
    {
      as: `cursor_${service}`,
      service,
      columns: "producer text, position bigint",
      select: "select producer, position from feed_cursor",
    },
    {
      as: `head_${service}`,
      service,
      columns: "unnumbered bigint, numbered bigint, head bigint, dead bigint",
      select: `select (select count(*) from event where position is null) as unnumbered,
                        (select count(*) from event where position is not null) as numbered,
                        (select coalesce(max(position), 0) from event) as head,
                        (select count(*) from dead_letter where replayed_at is null) as dead`,
    },
  ]),
];

const CHUNK = 5_000;

/** Fills the scratch tables of `scratch`'s session. Each database is read in one snapshot. */
export async function copyAll(scratch: Client, urlOf: (service: string) => string): Promise<void> {
  const byService = Map.groupBy(COPIES, ({ service }) => service);
  for (const [service, copies] of byService) {
    const source = new Client({ connectionString: urlOf(service) });
    await source.connect();
    try {
      await source.query("begin isolation level repeatable read read only");
      for (const copy of copies) await copyOne(scratch, source, copy);
      await source.query("commit");
    } finally {
      await source.end();
    }
  }
}

async function copyOne(
  scratch: Client,
  source: Client,
  { as, columns, select }: Copy,
): Promise<void> {
  await scratch.query(`create temporary table ${as} (${columns})`);
  const { rows } = await source.query<object>(select);
  for (let from = 0; from < rows.length; from += CHUNK) {
    await scratch.query(
      `insert into ${as} select * from jsonb_to_recordset($1::jsonb) as r (${columns})`,
      [JSON.stringify(rows.slice(from, from + CHUNK))],
    );
  }
}
