/** Lists of orders, the newest first. */
import type { Caller } from "../../../lib/bus.ts";
import type { Sql } from "../../../lib/sql.ts";
import type { OrderStatus } from "../contract/order.ts";
import { COLUMNS } from "./orders.store.ts";
import type { OrderRow } from "./tables.ts";

export interface Filter {
  readonly status?: OrderStatus;
  readonly customerId?: string;
  readonly from?: string;
  readonly to?: string;
  /** Moment and id of the last one seen. */
  readonly before?: readonly (string | number | null)[] | undefined;
  readonly limit: number;
}

const FILTER = `not tombstone
  and ($1::text is null or status = $1)
  and created_at >= coalesce($2, '-infinity'::timestamptz)
  and created_at < coalesce($3, 'infinity'::timestamptz)
  and (created_at, id) < (coalesce($4, 'infinity'::timestamptz),
                          coalesce($5, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))`;
const ORDER = "order by created_at desc, id desc limit $6";

// One statement for each reach, so that each finds its index.
const ANY = `select ${COLUMNS} from "order" where ${FILTER} ${ORDER}`;
const OF_CUSTOMER = `select ${COLUMNS} from "order" where customer_id = $7 and ${FILTER} ${ORDER}`;
const OF_STORES = `select ${COLUMNS} from "order"
  where (store_id = any($7::uuid[]) or customer_id = $8) and ${FILTER} ${ORDER}`;
const OF_CUSTOMER_IN_STORES = `select ${COLUMNS} from "order"
  where customer_id = $7 and store_id = any($8::uuid[]) and ${FILTER} ${ORDER}`;

/** What the caller's permission reaches, and no more. */
export async function listNewest(sql: Sql, caller: Caller, filter: Filter): Promise<OrderRow[]> {
  const { status, customerId, from, to, before, limit } = filter;
  const [at = null, id = null] = before ?? [];
  const values = [status ?? null, from ?? null, to ?? null, at, id, limit];
  const { scope, stores } = caller;

  if (scope === "any" && customerId === undefined) return sql.rows(ANY, values);
  if (scope === "any" || customerId === caller.id)
    return sql.rows(OF_CUSTOMER, [...values, customerId]);
  if (scope === "own") {
    if (customerId !== undefined) return [];
    return sql.rows(OF_CUSTOMER, [...values, caller.id]);
  }
  if (customerId === undefined) return sql.rows(OF_STORES, [...values, stores, caller.id]);
  return sql.rows(OF_CUSTOMER_IN_STORES, [...values, customerId, stores]);
}
