/** Lists of orders, the newest first. */
import type { Caller } from "../../../lib/bus.ts";
import type { Sql } from "../../../lib/sql.ts";
import type { OrderStatus } from "../contract/order.ts";
import { toRow } from "./orders.store.ts";
import { type OrderRow, Orders } from "./tables.ts";

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
    any: `select ${Orders.columns} ${where()}`,
    ofCustomer: `select ${Orders.columns} ${where("customer_id = $6 and")}`,
    // Each store's newest and the caller's own: with an `or` no index would give them in order.
    ofStores: `select ${Orders.columns} from (
      select o.* from unnest($6::uuid[]) as s (id)
        cross join lateral (select * ${where("store_id = s.id and")}) o
      union all
      select * from (select * ${where("customer_id = $7 and (store_id = any($6)) is not true and")}) o
    ) found ${ORDER}`,
    ofCustomerInStores: `select ${Orders.columns}
      ${where("customer_id = $6 and store_id = any($7::uuid[]) and")}`,
  };
}

/** The status is a literal, as the partial indexes of rare ones need. */
const STATEMENTS = {
  all: statementsFor(""),
  pending: statementsFor("and status = 'pending'"),
  awaiting_payment: statementsFor("and status = 'awaiting_payment'"),
  settling: statementsFor("and status = 'settling'"),
  paid: statementsFor("and status = 'paid'"),
  cancelled: statementsFor("and status = 'cancelled'"),
  rejected: statementsFor("and status = 'rejected'"),
} as const satisfies Record<OrderStatus | "all", object>;

/** Lists only orders in the caller's scope. */
export async function listNewest(sql: Sql, caller: Caller, filter: Filter): Promise<OrderRow[]> {
  const { status, customerId, from, to, before, limit } = filter;
  const [at = null, id = null] = before ?? [];
  const values = [from ?? null, to ?? null, at, id, limit];
  const { scope, stores } = caller;
  const { any, ofCustomer, ofStores, ofCustomerInStores } = STATEMENTS[status ?? "all"];

  const read = async (text: string, ...more: unknown[]) =>
    (await sql.rows(text, [...values, ...more])).map(toRow);
  if (scope === "any" && customerId === undefined) return read(any);
  if (scope === "any" || customerId === caller.id) return read(ofCustomer, customerId);
  if (scope === "own") return customerId === undefined ? read(ofCustomer, caller.id) : [];
  if (customerId === undefined) return read(ofStores, stores, caller.id);
  return read(ofCustomerInStores, customerId, stores);
}
