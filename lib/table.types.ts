/** Types of a plain entity's declaration and of its table. */
import type { TObject } from "@sinclair/typebox";
import type { WhereOptions } from "sequelize";
import type { Caller } from "./bus.ts";
import type { Fields } from "./shape.ts";
import type { Sql } from "./sql.ts";
import type { Field } from "./table.fields.ts";

/** Columns that the table itself sets, where they exist. */
export const OWN = ["createdAt", "version", "updatedAt"] as const;
export type Own = (typeof OWN)[number];
export type Draft<T> = Omit<T, Own>;
export type Changes<T> = { readonly [K in Exclude<keyof T, Own>]?: T[K] | null | undefined };

export interface Options<Shown, Hidden> {
  /** Primary key field; `id` by default. */
  readonly key?: Shown;
  /** Field of the owner's id, which the scope `own` compares. */
  readonly owner?: Shown;
  /** Field of the store's id, which the scope `store` compares. */
  readonly store?: Shown;
  /** Fields whose value a list may ask for; of a field that is an array, one of its values. */
  readonly filters?: readonly Shown[];
  /** Fields, or generated columns, of which one has to hold a searched text, whatever its case. */
  readonly search?: readonly string[];
  /** `-` before a field for the last first; the key breaks ties. The first one is the usual one. */
  readonly sorts: Readonly<Record<string, Shown | `-${Shown & string}`>>;
  /** The condition of all rows of this table; other rows are never returned. */
  readonly only?: WhereOptions;
  /** Columns that are not called as their fields are. */
  readonly names?: Readonly<Record<string, string>>;
  /** The moment from which on lists leave a row out. */
  readonly archive?: Shown | Hidden;
  /** Pages say how many rows there are in all: Postgres counts them each time. */
  readonly total?: true;
}
export interface Shapes<S extends TObject, C extends Fields> {
  /** Shape of a row in lists. */
  readonly shape: S;
  /** Columns that `shape` does not show. */
  readonly columns?: C;
}
export interface Query {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
  /** A declared sort, or with `-` before it the same from its end. */
  readonly sort?: string | undefined;
  readonly q?: string | undefined;
  /** Exact values of declared filters; undefined ones do not count. */
  readonly where?: Readonly<Record<string, unknown>>;
  /** A further condition, of the service's own. */
  readonly that?: WhereOptions | undefined;
}
export interface Page<T> {
  items: T[];
  next?: string;
  total?: number;
}
/** `T` is a whole row, `L` what lists show of it. */
export interface Table<T, L = T> {
  readonly name: string;
  readonly declared: Options<string, string> & { readonly fields: readonly Field[] };
  /** All columns by the names of their fields: for a select or a returning of the service's own SQL. */
  readonly columns: string;
  /** Reads a row that a statement returned as a row of this table. */
  read(this: void, row: object): T;
  /** A row without what lists do not show. */
  shown(row: T): L;
  /** The row that `caller` may see; anybody's without one. */
  find(sql: Sql, key: string, caller?: Caller): Promise<T | undefined>;
  /** The row with these values, of which there is one at most. */
  findBy(sql: Sql, values: Partial<T>): Promise<T | undefined>;
  /** Reads the row and locks it until the transaction ends. */
  lock(sql: Sql, key: string): Promise<T | undefined>;
  /** A page of what `caller` may see. @throws CursorInvalid (400) */
  list(sql: Sql, query: Query, caller?: Caller): Promise<Page<L>>;
  /** Undefined if another row has what only one may have. */
  insert(sql: Sql, draft: Draft<T>): Promise<T | undefined>;
  /** Writes all columns; undefined if the row is not at the version that was read. */
  update(sql: Sql, row: T): Promise<T | undefined>;
  /** Some fields, whatever the version: what is undefined stays, what is null is removed. */
  change(sql: Sql, key: string, changes: Changes<T>): Promise<T | undefined>;
  /** Hides the row from lists; undefined if it is hidden already or does not exist. */
  archive(sql: Sql, key: string): Promise<T | undefined>;
  /** Returns true if there was such a row, at `version` if given. */
  remove(sql: Sql, key: string, version?: number): Promise<boolean>;
}

export type RowOf<T> = T extends Table<infer R, infer _> ? R : never;
