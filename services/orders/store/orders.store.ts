/** Orders and their rows. What goes in and comes out is plain. */
import type { Sql } from "../../../lib/sql.ts";
import type { Allocation } from "../../inventory/inventory.contract.ts";
import type { OrderStatus } from "../contract/order.ts";
import type { Draft } from "../domain/draft.ts";
import { sourcesOf } from "../domain/status.ts";
import { type LineRow, Lines, type OrderRow, Orders, type Refusal } from "./tables.ts";

/**
 * Inserts the order with its lines in one statement. Undefined when there is one with that id, also
 * one that is being inserted at the same moment.
 */
export function insertOrder(sql: Sql, draft: Draft): Promise<{ number: number } | undefined> {
  const { quote, lines } = draft;
  return sql.row<{ number: number }>(INSERT, [
    draft.id,
    draft.customerId,
    draft.storeId ?? null,
    draft.cartId ?? null,
    quote.currency,
    quote.subtotalMinor,
    quote.discountMinor,
    quote.taxMinor,
    quote.totalMinor,
    JSON.stringify(quote.taxes),
    draft.coupons,
    draft.shippingAddress ? JSON.stringify(draft.shippingAddress) : null,
    draft.payDeadline,
    JSON.stringify(lines.map(({ title, ...line }) => ({ ...line, fr: title.fr, en: title.en }))),
  ]);
}
const INSERT = `
  with made as (
    insert into "order" (id, status, customer_id, store_id, cart_id, currency, subtotal, discount,
      tax, total, taxes, coupons, shipping_address, pay_deadline)
    values ($1, 'pending', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    on conflict (id) do nothing
    returning id, number
  ), lines as (
    insert into order_line (order_id, line, variant_id, product_id, sku, title_fr, title_en,
      quantity, unit, discount, total, tax_class, tax_basis_points, tax)
    select made.id, l.line, l."variantId", l."productId", l.sku, l.fr, l.en,
      l.quantity, l."unitMinor", l."discountMinor", l."totalMinor", l."taxClass",
      l."taxBasisPoints", l."taxMinor"
    from made, jsonb_to_recordset($14::jsonb) as l (
      line int, "variantId" uuid, "productId" uuid, sku text, fr text, en text, quantity int,
      "unitMinor" bigint, "discountMinor" bigint, "totalMinor" bigint, "taxClass" text,
      "taxBasisPoints" int, "taxMinor" bigint)
  )
  select number from made`;

/** An id that must never become an order. Undefined when it is one, or was settled before. */
export const insertTombstone = (
  sql: Sql,
  { id, reason, ...of }: { id: string; reason: string; customerId?: string; cartId?: string },
) =>
  sql.row<{ number: number }>(
    `insert into "order" (id, status, tombstone, customer_id, cart_id, currency, subtotal, discount,
       tax, total, pay_deadline, reason)
     values ($1, 'rejected', true, $2, $3, 'XXX', 0, 0, 0, 0, now(), $4)
     on conflict (id) do nothing returning number`,
    [id, of.customerId ?? null, of.cartId ?? null, reason],
  );

const FULL = `select ${Orders.columns},
    (select json_agg(l order by line) from (
       select ${Lines.columns} from order_line where order_id = "order".id) l) as lines
  from "order" where id = $1 and not tombstone`;

/** An order as it was selected; of tombstones none is. */
export const toRow = (row: object) => Orders.read(row) as OrderRow;

export const findOrder = async (sql: Sql, id: string): Promise<OrderRow | undefined> => {
  const row = await sql.row(
    `select ${Orders.columns} from "order" where id = $1 and not tombstone`,
    [id],
  );
  return row && toRow(row);
};

export interface FullOrder extends OrderRow {
  readonly lines: readonly LineRow[];
}
/** With its lines, as both stand at one moment. */
export async function findFullOrder(sql: Sql, id: string): Promise<FullOrder | undefined> {
  const row = await sql.row<{ lines: LineRow[] | null }>(FULL, [id]);
  return row && { ...toRow(row), lines: row.lines ?? [] };
}

export const findLines = (sql: Sql, id: string): Promise<LineRow[]> =>
  sql.rows(`select ${Lines.columns} from order_line where order_id = $1 order by line`, [id]);

/** Reads the status of an id, also of a tombstone. */
export const findOutcome = (sql: Sql, id: string) =>
  sql.row<{ status: OrderStatus; tombstone: boolean; reason: string | null }>(
    `select status, tombstone, reason from "order" where id = $1`,
    [id],
  );

/** Reads an order's status and its checkout's step. */
export const findState = (sql: Sql, id: string) =>
  sql.row<{ status: OrderStatus; step: string | null }>(
    `select status, step from "order" left join saga using (id) where id = $1`,
    [id],
  );

/**
 * Moves the order to `status`, and sets that status's timestamp. Runs in the transaction of its
 * saga.
 * @throws when the order's status does not allow the move: saga and order would disagree
 */
export async function moveOrder(
  sql: Sql,
  id: string,
  status: OrderStatus,
  why: { reason?: string | undefined; refusal?: Refusal | undefined } = {},
): Promise<void> {
  const moved = await sql.run(
    `update "order" set status = $2, refusal = coalesce($5, refusal),
       -- A person's words say more than the code; a payment that was quicker makes them void.
       reason = case $2 when 'cancelled' then coalesce(reason, $4) when 'settling' then null
                  else coalesce($4, reason) end,
       paid_at = case when $2 = 'paid' then now() end,
       cancelled_at = case when $2 = 'cancelled' then now() end
     where id = $1 and status = any($3)`,
    [
      id,
      status,
      sourcesOf(status),
      why.reason ?? null,
      why.refusal ? JSON.stringify(why.refusal) : null,
    ],
  );
  if (moved !== 1) throw new Error(`The order ${id} cannot become ${status} from where it stands.`);
}

/** Stores the person's reason of the cancellation. */
export const keepWords = (sql: Sql, id: string, words: string) =>
  sql.run(`update "order" set reason = $2 where id = $1`, [id, words]);

/** Keeps where the stock of an order is held. */
export const insertAllocations = (sql: Sql, orderId: string, allocations: readonly Allocation[]) =>
  sql.run(
    `insert into order_allocation (order_id, line, store_id, variant_id, quantity)
     select $1, a.line, a."storeId", a."variantId", a.quantity
     from jsonb_to_recordset($2::jsonb)
       as a (line int, "storeId" uuid, "variantId" uuid, quantity int)`,
    [orderId, JSON.stringify(allocations)],
  );

/**
 * Counts a customer's unpaid orders under a lock that ends with the transaction: of two concurrent
 * orders, the second counts the first.
 */
export async function countOpen(sql: Sql, customerId: string): Promise<number> {
  const [, found] = await Promise.all([
    sql.run("select pg_advisory_xact_lock(hashtextextended($1, 0))", [customerId]),
    sql.row<{ open: number }>(
      `select count(*) as open from "order"
       where customer_id = $1 and status in ('pending', 'awaiting_payment')`,
      [customerId],
    ),
  ]);
  return found?.open ?? 0;
}

/** Marks a paid order for a refund; returns true for the first call only. */
export const requestRefund = async (sql: Sql, id: string): Promise<boolean> =>
  (await sql.run(
    `update "order" set refund_asked_at = now()
     where id = $1 and status = 'paid' and refund_asked_at is null`,
    [id],
  )) === 1;

export const noteRefund = (sql: Sql, id: string, outcome: "refunded" | "due") =>
  sql.run(
    `update "order" set refunded_at = case when $2 = 'refunded' then now() end,
       refund_due = $2 = 'due'
     where id = $1 and refund_asked_at is not null and refunded_at is null`,
    [id, outcome],
  );
