import type { Sql } from "../../../lib/sql.ts";
import type { PaymentState, ProviderName } from "../contract/shapes.ts";
import { COLUMNS, type Payment } from "./payment.store.ts";

interface Filter {
  /** Lists only payments older than this one: ids grow with time. */
  readonly before: string | undefined;
  /** Filters by customer or stores; none means all. */
  readonly customerId: string | undefined;
  readonly stores: readonly string[];
  readonly orderId: string | undefined;
  readonly state: PaymentState | undefined;
  readonly provider: ProviderName | undefined;
  readonly limit: number;
}

/** These stand in the text: what is rare has an index of its own, which no parameter would find. */
const STATES: Readonly<Record<PaymentState, string>> = {
  created: "and state = 'created'",
  open: "and state = 'open'",
  processing: "and state = 'processing'",
  captured: "and state = 'captured'",
  closed: "and state = 'closed'",
};
const PROVIDERS: Readonly<Record<ProviderName, string>> = {
  simulator: "and provider = 'simulator'",
  cash: "and provider = 'cash'",
};

const ORDER = "order by id desc limit $2";
/** Each store's newest and the customer's own: with an `or` no index would give them in order. */
const ofStores = (where: string) => `(
  select p.* from unnest($4::uuid[]) as s (id)
    cross join lateral (select * from payment where store_id = s.id and ${where} ${ORDER}) p
  union all
  select * from (select * from payment
    where customer_id = $3 and (store_id = any($4)) is not true and ${where} ${ORDER}) p) payment`;

/** The newest first. Tombstones are not shown. */
export function listPayments(sql: Sql, filter: Filter): Promise<Payment[]> {
  const { before = null, customerId, stores, orderId, state, provider, limit } = filter;
  const values = [before, limit];
  const where = `customer_id is not null and ($1::uuid is null or id < $1)
    ${state ? STATES[state] : ""} ${provider ? PROVIDERS[provider] : ""}`;
  const select = (from: string, ...more: unknown[]) =>
    sql.rows<Payment>(`select ${COLUMNS} from ${from} ${ORDER}`, [...values, ...more]);

  if (orderId !== undefined)
    return select(
      `payment where ${where} and order_id = $5
         and ($3::uuid is null or customer_id = $3 or store_id = any($4::uuid[]))`,
      customerId ?? null,
      stores,
      orderId,
    );
  if (customerId === undefined) return select(`payment where ${where}`);
  if (stores.length === 0) return select(`payment where ${where} and customer_id = $3`, customerId);
  return select(ofStores(where), customerId, stores);
}
