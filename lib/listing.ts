/** The action of a list that comes from its table. */
import type { Caller } from "./bus.ts";
import type { Sql } from "./sql.ts";
import type { Page, Query, Table } from "./table.types.ts";

interface Asked extends Omit<Query, "where"> {
  readonly [filter: string]: unknown;
}

/**
 * Answers a page of `table` for the caller, as `params` ask for it: each parameter besides those of
 * every list is a filter by the field of that name.
 */
export const listing =
  <T, L>(table: Table<T, L>) =>
  async (
    { params, locals }: { params: Asked; locals: { caller?: Caller | undefined } },
    { db }: { db: { readonly sql: Sql } },
  ): Promise<Page<L>> => {
    const { limit, after, sort, q, ...where } = params;
    return table.list(db.sql, { limit, after, sort, q, where }, locals.caller);
  };
