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

const ORDER = "order by created_at desc, id desc limit $5";

/** One statement for each reach, so that each finds its index. */
function statementsFor(status: string) {
  const filter = `not tombstone ${status}
    and created_at >= coalesce($1, '-infinity'::timestamptz)
    and created_at < coalesce($2, 'infinity'::timestamptz)
    and (created_at, id) < (coalesce($3, 'infinity'::timestamptz),
                            coalesce($4, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))`;
  const where = (reach = "") => `from "order" where ${reach} ${filter} ${ORDER}`;
  return {
    any: `select ${COLUMNS} ${where()}`,
    ofCustomer: `select ${COLUMNS} ${where("customer_id = $6 and")}`,
    // Each store's newest and the caller's own: with an `or` no index would give them in order.
    ofStores: `select ${COLUMNS} from (
      select o.* from unnest($6::uuid[]) as s (id)
        cross join lateral (select * ${where("store_id = s.id and")}) o
      union all
      select * from (select * ${where("customer_id = $7 and (store_id = any($6)) is not true and")}) o
    ) found ${ORDER}`,
    ofCustomerInStores: `select ${COLUMNS}
      ${where("customer_id = $6 and store_id = any($7::uuid[]) and")}`,
  };
}

/** The status stands in the text: what is rare has an index of its own, which no parameter would find. */
const STATEMENTS = {
  all: statementsFor(""),
  pending: statementsFor("and status = 'pending'"),
  awaiting_payment: statementsFor("and status = 'awaiting_payment'"),
  settling: statementsFor("and status = 'settling'"),
  paid: statementsFor("and status = 'paid'"),
  cancelled: statementsFor("and status = 'cancelled'"),
  rejected: statementsFor("and status = 'rejected'"),
} as const satisfies Record<OrderStatus | "all", object>;

/** What the caller's permission reaches, and no more. */
export async function listNewest(sql: Sql, caller: Caller, filter: Filter): Promise<OrderRow[]> {
  const { status, customerId, from, to, before, limit } = filter;
  const [at = null, id = null] = before ?? [];
  const values = [from ?? null, to ?? null, at, id, limit];
  const { scope, stores } = caller;
  const { any, ofCustomer, ofStores, ofCustomerInStores } = STATEMENTS[status ?? "all"];

  if (scope === "any" && customerId === undefined) return sql.rows(any, values);
  if (scope === "any" || customerId === caller.id)
    return sql.rows(ofCustomer, [...values, customerId]);
  if (scope === "own") {
    if (customerId !== undefined) return [];
    return sql.rows(ofCustomer, [...values, caller.id]);
  }
  if (customerId === undefined) return sql.rows(ofStores, [...values, stores, caller.id]);
  return sql.rows(ofCustomerInStores, [...values, customerId, stores]);
}
