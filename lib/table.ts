/**
 * A plain entity declared once: its Sequelize model, its mapper, and its lists, gets, inserts, updates
 * and removals come from the shape that its contract shows. What decides (locks, sums, conditions)
 * stays SQL in the service's own store. See docs/decisions/0016-plain-entities-are-declared.md.
 */
import type { Static, TObject } from "@sinclair/typebox";
import { literal, Op, type WhereOptions } from "sequelize";
import { DEFAULT_LIMIT, pageOf } from "./page.ts";
import type { Fields, Of } from "./shape.ts";
import type { Sql } from "./sql.ts";
import { afterCursor, type Order, visibleBy } from "./table.conditions.ts";
import { type Field, fieldsOf, toRecord } from "./table.fields.ts";
import { recordsIn } from "./table.records.ts";
import { type Options, OWN, type Own, type Shapes, type Table } from "./table.types.ts";

export type { Changes, Draft, RowOf } from "./table.types.ts";

/** The columns' names; none where none are declared, and `C` is any set of fields. */
type Hidden<C> = string extends keyof C ? never : keyof C & string;
type Whole<S extends TObject, C extends Fields> = Static<S> & Of<Pick<C, Hidden<C>>>;

export function table<S extends TObject, const C extends Fields>(
  name: string,
  options: Shapes<S, C> & Options<keyof Static<S> & string, Hidden<C>>,
): Table<Whole<S, C>, Static<S>> {
  const { shape, columns, ...declared } = options;
  const shown = Object.keys(shape.properties);
  const fields = fieldsOf({ ...shape.properties, ...columns }, declared.names);
  return tableOf(name, { ...declared, fields }, shown) as never;
}

type Row = Record<string, unknown>;

function tableOf(name: string, declared: Table<Row>["declared"], shown: string[]): Table<Row> {
  const { key = "id", search = [], archive, only, fields, total } = declared;
  const of = fieldFinder(name, fields);
  const sorted = Object.values(declared.sorts).map((sort) => sort.replace(/^-/, ""));
  for (const one of [key, ...sorted, ...(declared.filters ?? [])]) of(one);
  const own = OWN.filter((one) => fields.some(({ field }) => field === one));
  const searchFields = search.map(
    (one) => fields.find(({ field }) => field === one)?.column ?? one,
  );
  const within = <R>(sql: Sql, work: (records: ReturnType<typeof recordsIn>) => Promise<R>) =>
    sql.use((sequelize, tx) => work(recordsIn({ name, key, fields }, sequelize, tx)));
  const at = (id: unknown, ...more: object[]) => all({ [key]: id }, only ?? {}, ...more);
  const written = (row: Row): Row =>
    Object.fromEntries(Object.entries(row).filter(([field]) => !own.includes(field as Own)));
  const set = (sql: Sql, where: WhereOptions, values: object) =>
    within(sql, ({ update }) => update(where, { ...values, ...advanced(own) }));
  const show = (row: Row): Row =>
    Object.fromEntries(shown.flatMap((one) => (one in row ? [[one, row[one]]] : [])));

  return {
    name,
    declared,
    columns: fields.map(({ field, column }) => `${column} as "${field}"`).join(", "),
    read: (row) => toRecord(row as Row, fields),
    shown: show,
    find: (sql, id, caller) =>
      within(sql, ({ get }) => get(at(id, ...visibleBy(caller, declared)))),
    findBy: (sql, values) => within(sql, ({ get }) => get(all(values, only ?? {}))),
    lock: (sql, id) => within(sql, ({ get }) => get(at(id), true)),

    list: (sql, { limit = DEFAULT_LIMIT, after, sort: asked, q, that, where = {} }, caller) =>
      within(sql, async ({ find, count }) => {
        const order = orderOf(declared, of, asked);
        const conditions = [
          ...matching(declared, of, where),
          that ?? {},
          ...visibleBy(caller, declared),
        ];
        const text = q === undefined ? {} : { iSearch: likeText(q), searchFields };
        const sort = order.by.map(({ field }) => `${order.down ? "-" : ""}${field}`);
        const query = all(...conditions, ...afterCursor(after, order));
        const rows = await find({ query, sort, limit: limit + 1, ...text });
        const page = pageOf(rows, limit, {
          key: (row) => order.by.map(({ field }) => row[field] as string),
          item: show,
        });
        return total
          ? { ...page, total: await count({ query: all(...conditions), ...text }) }
          : page;
      }),

    insert: (sql, draft) =>
      within(sql, async ({ insert }) => {
        const row = await insert(written(draft));
        // Postgres sets it, unless it did not take the row.
        return row?.[own[0] ?? key] === undefined ? undefined : row;
      }),

    update: (sql, row) => {
      const absent = Object.fromEntries(fields.map(({ field }) => [field, null]));
      const { [key]: id, ...values } = written({ ...absent, ...row });
      return set(sql, at(id, own.includes("version") ? { version: row["version"] } : {}), values);
    },
    change: (sql, id, changes) => {
      const said = Object.entries(changes).filter(([, value]) => value !== undefined);
      return set(sql, at(id), written(Object.fromEntries(said)));
    },
    archive: (sql, id) => {
      const { field } = of(archive ?? "archive");
      return set(sql, at(id, { [field]: null }), { [field]: literal("now()") });
    },
    remove: (sql, id, version) =>
      within(
        sql,
        async ({ remove }) => (await remove(at(id, version === undefined ? {} : { version }))) > 0,
      ),
  };
}

const all = (...conditions: object[]) => ({ [Op.and]: conditions }) as WhereOptions;
/** Escapes wildcards, so that a percent sign is searched for literally. */
const likeText = (text: string) => text.replace(/[\\%_]/g, "\\$&");

const advanced = (own: readonly Own[]) => ({
  ...(own.includes("version") && { version: literal("version + 1") }),
  ...(own.includes("updatedAt") && { updatedAt: literal("now()") }),
});

const fieldFinder =
  (name: string, fields: readonly Field[]) =>
  (wanted: string): Field => {
    const found = fields.find(({ field }) => field === wanted);
    if (!found) throw new Error(`The table ${name} has no field ${wanted}.`);
    return found;
  };
type Finder = ReturnType<typeof fieldFinder>;

function orderOf({ sorts, key = "id" }: Options<string, string>, of: Finder, sort?: string): Order {
  const wanted = sort ?? Object.keys(sorts)[0] ?? key;
  const turned = sorts[wanted] === undefined && wanted.startsWith("-");
  const by = sorts[turned ? wanted.slice(1) : wanted] ?? key;
  const field = by.replace(/^-/, "");
  const down = by.startsWith("-") !== turned;
  return { by: [...new Set([field, key])].map(of), down };
}

function matching(
  { only, archive, filters = [] }: Options<string, string>,
  of: Finder,
  where: Readonly<Record<string, unknown>>,
): object[] {
  const asked = filters.filter((field) => where[field] !== undefined).map(of);
  return [
    only ?? {},
    archive === undefined ? {} : { [archive]: null },
    ...asked.map(({ field, array }) => ({
      [field]: array ? { [Op.contains]: [where[field]] } : where[field],
    })),
  ];
}
