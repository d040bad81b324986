import type { Sql } from "../../../lib/sql.ts";
import { COLUMNS, type Payment } from "./payment.store.ts";

interface Filter {
  /** Only older than this one: ids grow with time. */
  readonly before: string | undefined;
  /** Of this customer or these stores; of everybody if no customer is named. */
  readonly customerId: string | undefined;
  readonly stores: readonly string[];
  readonly orderId: string | undefined;
  readonly state: string | undefined;
  readonly provider: string | undefined;
  readonly limit: number;
}

/** The newest first. Tombstones are not shown. */
export const listPayments = (sql: Sql, filter: Filter): Promise<Payment[]> =>
  sql.rows<Payment>(
    `select ${COLUMNS} from payment
     where customer_id is not null
       and ($1::uuid is null or id < $1)
       and ($2::uuid is null or customer_id = $2 or store_id = any($3::uuid[]))
       and ($4::uuid is null or order_id = $4)
       and ($5::text is null or state = $5)
       and ($6::text is null or provider = $6)
     order by id desc limit $7`,
    [
      filter.before ?? null,
      filter.customerId ?? null,
      filter.stores,
      filter.orderId ?? null,
      filter.state ?? null,
      filter.provider ?? null,
      filter.limit,
    ],
  );
