/** SQL of a cart's checkout, and of abandoned carts. */
import type { DueRows } from "../../../lib/job-queue.ts";
import type { Sql } from "../../../lib/sql.ts";

interface Ended {
  id: string;
  customer_id: string | null;
  version: number;
}

/** Freezes a cart if it is open; returns true if it did. */
export const freezeCart = (sql: Sql, cartId: string, orderId: string) =>
  sql.run(
    `update cart set state = 'frozen', order_id = $2, frozen_at = now(), fate_asked_at = null
     where id = $1 and state = 'open'`,
    [cartId, orderId],
  );

/** Opens the cart that is frozen for this order, if there is one. */
export const thawCart = (sql: Sql, orderId: string) =>
  sql.row<Ended>(
    `update cart set state = 'open', thawed_order_id = order_id, order_id = null, frozen_at = null,
       fate_asked_at = null, changed_at = now(), expires_at = now() + interval '30 days',
       abandoned_at = null
     where order_id = $1 and state = 'frozen' returning id, customer_id, version`,
    [orderId],
  );

export const convertCart = (sql: Sql, orderId: string) =>
  sql.row<Ended>(
    `update cart set state = 'converted' where order_id = $1 and state = 'frozen'
     returning id, customer_id, version`,
    [orderId],
  );

/** Carts frozen for a minute or more; the order of each is resolved once a minute. */
export const STALE_CHECKOUTS: DueRows = {
  table: "cart",
  key: ["id"],
  open: "state = 'frozen'",
  dueAt: "coalesce(fate_asked_at, frozen_at) + interval '1 minute'",
  putOff: "fate_asked_at = now()",
  returning: 'order_id as "orderId"',
};

/** Claims filled carts unchanged for a day; each is returned once. */
export const claimAbandoned = (sql: Sql, limit: number) =>
  sql.rows<{ id: string; customer_id: string | null; changed_at: Date }>(
    `update cart set abandoned_at = now() where id in (
       select id from cart c where state = 'open' and abandoned_at is null
         and changed_at < now() - interval '24 hours'
         and exists (select 1 from cart_line where cart_id = c.id)
       order by changed_at limit $1 for update skip locked)
     returning id, customer_id, changed_at`,
    [limit],
  );

/** Removes open carts 30 days after their last change, and what was merged away with them. */
export const removeExpired = (sql: Sql, limit: number) =>
  sql.run(
    `delete from cart where id in (
       select id from cart where state in ('open', 'merged') and expires_at <= now()
       order by expires_at limit $1 for update skip locked)`,
    [limit],
  );
