/** Builds Sequelize's conditions for the rows of a page. */
import { col, fn, literal, Op, where } from "sequelize";
import type { Caller } from "./bus.ts";
import { keyOf } from "./page.ts";
import { visibleTo } from "./scope.ts";
import type { Field } from "./table.fields.ts";

/** Fields that a page is sorted by, the last of which is the key, and which way. */
export interface Order {
  readonly by: readonly Field[];
  readonly down: boolean;
}

const PARTS = { timestamptz: "instant", int8: "integer", float8: "number", uuid: "uuid" } as const;

/**
 * Rows after the one that the cursor names. Postgres compares both fields in one go, which an index
 * over both answers. @throws CursorInvalid (400)
 */
export function afterCursor(cursor: string | undefined, { by, down }: Order): object[] {
  const key = keyOf(cursor, ...by.map(({ kind }) => PARTS[kind as keyof typeof PARTS] ?? "text"));
  if (!key) return [];
  const columns = by.map(({ column }) => col(column));
  return [where(fn("row", ...columns), down ? Op.lt : Op.gt, fn("row", ...key))];
}

/** Rows that `caller` may see: anybody's without one. */
export function visibleBy(
  caller: Caller | undefined,
  { owner, store }: { readonly owner?: string | undefined; readonly store?: string | undefined },
): object[] {
  const seen = caller && visibleTo(caller);
  if (!seen) return [];
  const own = owner === undefined ? [] : [{ [owner]: seen.ownerId }];
  const ours = store === undefined ? [] : [{ [store]: [...seen.storeIds] }];
  const either = [...own, ...ours];
  return [either.length === 0 ? literal("false") : { [Op.or]: either }];
}
