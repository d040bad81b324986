/** Carts and their rows: finding, locking, starting and changing hands. */
import type { Sql } from "../../../lib/sql.ts";
import type { Line } from "../domain/cart.ts";
import type { Change } from "../domain/changes.ts";

export interface CartRow {
  id: string;
  version: number;
  state: "open" | "frozen" | "converted" | "merged";
  customer_id: string | null;
  token_sha256: Buffer | null;
  currency: string;
  store_id: string | null;
  shown_total_minor: number | null;
  order_id: string | null;
  thawed_order_id: string | null;
  merged_into: string | null;
  created_at: Date;
  changed_at: Date;
  expires_at: Date;
}
export interface FullCart extends CartRow {
  lines: Line[];
  coupons: string[];
}

const COLUMNS = `c.id, c.version, c.state, c.customer_id, c.token_sha256, c.currency, c.store_id,
  c.shown_total_minor, c.order_id, c.thawed_order_id, c.merged_into, c.created_at, c.changed_at,
  c.expires_at`;
const ALIVE = "(c.state <> 'open' or c.expires_at > now())";

const WHOLE = `select ${COLUMNS},
    coalesce((select json_agg(json_build_object('variantId', variant_id, 'productId', product_id,
        'sku', sku, 'titleFr', title_fr, 'titleEn', title_en, 'quantity', quantity)
        order by position)
      from cart_line where cart_id = c.id), '[]') as lines,
    coalesce((select json_agg(code order by position)
      from cart_coupon where cart_id = c.id), '[]') as coupons
  from cart c where c.id = $1 and ${ALIVE}`;
const LOCKED = `select ${COLUMNS} from cart c where c.id = $1 and ${ALIVE} for update`;
const CURRENT = `select ${COLUMNS} from cart c
  where c.customer_id = $1 and c.state = 'open' and c.expires_at > now()
  order by c.changed_at desc, c.id desc limit 1`;
const CURRENT_LOCKED = `${CURRENT} for update`;
// The clocks of the two services' databases may differ by a minute.
const OF_GUEST_LOCKED = `select ${COLUMNS} from cart c
  where c.token_sha256 = $1 and c.state = 'open' and c.expires_at > now()
    and ($2::timestamptz is null or c.created_at <= $2::timestamptz + interval '1 minute')
  order by c.changed_at desc, c.id desc for update`;

/** A cart with its lines and coupons, all as of one moment. Expired ones are not found. */
export const findCart = (sql: Sql, cartId: string) => sql.row<FullCart>(WHOLE, [cartId]);
export const lockCart = (sql: Sql, cartId: string) => sql.row<CartRow>(LOCKED, [cartId]);
export const findCurrent = (sql: Sql, customerId: string) =>
  sql.row<CartRow>(CURRENT, [customerId]);
export const lockCurrent = (sql: Sql, customerId: string) =>
  sql.row<CartRow>(CURRENT_LOCKED, [customerId]);
/**
 * Locks open carts of a guest until the end of the transaction, the one changed last first; with
 * `at` (ISO text), only carts that existed at that moment.
 */
export const lockGuestCarts = (sql: Sql, tokenSha256: Buffer, at?: string) =>
  sql.rows<CartRow>(OF_GUEST_LOCKED, [tokenSha256, at ?? null]);
/** Returns true if a guest with this token has an open cart. */
export const isGuest = async (sql: Sql, tokenSha256: Buffer): Promise<boolean> =>
  (await sql.row(
    "select 1 as one from cart where token_sha256 = $1 and state = 'open' and expires_at > now()",
    [tokenSha256],
  )) !== undefined;

/** One transaction at a time starts or merges carts of this shopper, so that counting them holds. */
export const lockOwner = (sql: Sql, principal: string) =>
  sql.row("select pg_advisory_xact_lock(hashtextextended($1, 0))", [principal]);

interface Owner {
  readonly customerId: string | undefined;
  readonly tokenSha256: Buffer | undefined;
}

export async function countOpen(sql: Sql, { customerId, tokenSha256 }: Owner): Promise<number> {
  const found = await sql.row<{ open: number }>(
    `select count(*) as open from cart
     where state = 'open' and expires_at > now() and (customer_id = $1 or token_sha256 = $2)`,
    [customerId ?? null, customerId === undefined ? (tokenSha256 ?? null) : null],
  );
  return found?.open ?? 0;
}

export const insertCart = (
  sql: Sql,
  cart: Owner & { id: string; currency: string; storeId: string | undefined },
) =>
  sql.run(
    `insert into cart (id, customer_id, token_sha256, currency, store_id)
     values ($1, $2, $3, $4, $5)`,
    [
      cart.id,
      cart.customerId ?? null,
      cart.customerId === undefined ? (cart.tokenSha256 ?? null) : null,
      cart.currency,
      cart.storeId ?? null,
    ],
  );

/** The next version, with what it changed; undefined if the cart is not open at `version`. */
export const nextVersion = (
  sql: Sql,
  { id, version }: Pick<CartRow, "id" | "version">,
  changes: readonly Change[],
) =>
  sql.row<{ version: number }>(
    `with bumped as (
       update cart set version = version + 1, changed_at = now(),
         expires_at = now() + interval '30 days', shown_total_minor = null, abandoned_at = null
       where id = $1 and version = $2 and state = 'open' returning id, version
     ), kept as (
       insert into cart_change (cart_id, version, subject, key, quantity_before, quantity_after)
       select bumped.id, bumped.version, c.subject, c.key, c.before, c.after
       from bumped, unnest($3::text[], $4::text[], $5::int[], $6::int[])
         as c (subject, key, before, after)
     ), forgotten as (
       delete from cart_change where cart_id = $1 and version < $2 - 200
     )
     select version from bumped`,
    [
      id,
      version,
      changes.map(({ subject }) => subject),
      changes.map(({ key }) => key),
      changes.map(({ before }) => before),
      changes.map(({ after }) => after),
    ],
  );

/** Returns changes of the last 200 versions that came after `version`; oldest first. */
export const changesAfter = (sql: Sql, cartId: string, version: number) =>
  sql.rows<Change>(
    `select subject, key, quantity_before as before, quantity_after as after
     from cart_change where cart_id = $1 and version > $2 order by version`,
    [cartId, version],
  );

/** Remembers the total that the shopper saw, if the cart is still as it was shown. */
export const saveShownTotal = (sql: Sql, { id, version }: CartRow, totalMinor: number) =>
  sql.run(
    `update cart set shown_total_minor = $3
     where id = $1 and version = $2 and state = 'open' and shown_total_minor is distinct from $3`,
    [id, version, totalMinor],
  );

/** A guest's cart becomes a customer's; its token is worth nothing from then on. */
export const adoptCart = (sql: Sql, cartId: string, customerId: string) =>
  sql.run(
    `update cart set customer_id = $2, token_sha256 = null, shown_total_minor = null,
       changed_at = now(), expires_at = now() + interval '30 days', abandoned_at = null
     where id = $1 and state = 'open' and customer_id is null`,
    [cartId, customerId],
  );

/** A guest's cart is over: what was in it is in the cart `into`. */
export const mergeAway = (sql: Sql, cartId: string, into: { id: string; customerId: string }) =>
  sql.run(
    `update cart set state = 'merged', merged_into = $2, customer_id = $3, token_sha256 = null
     where id = $1 and state = 'open' and customer_id is null`,
    [cartId, into.id, into.customerId],
  );
