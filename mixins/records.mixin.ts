import type { Context, Service, ServiceSchema } from "moleculer";
import DbService from "moleculer-db";
import SequelizeAdapter from "moleculer-db-adapter-sequelize";
import type { Model, ModelStatic } from "sequelize";
import { mixin } from "../lib/bus.ts";
import { failure } from "../lib/failure.ts";
import type { DatabaseService } from "./database.mixin.ts";

export const SortUnknown = failure<{ sort: string; possible: string }>("SORT_UNKNOWN", 400, {
  en: "Sorting by {sort} is not possible. Possible: {possible}.",
  fr: "Le tri par {sort} n'est pas possible. Possible : {possible}.",
});

export interface ListQuery {
  /** Exact values of whitelisted fields; undefined ones do not count. */
  readonly filters?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Part of a word in one of the search fields, whatever its case. */
  readonly search?: string | undefined;
  /** A whitelisted field, with `-` before it for the last first. */
  readonly sort?: string | undefined;
  readonly page?: number | undefined;
  readonly pageSize?: number | undefined;
}
export interface RecordPage<R> {
  readonly items: R[];
  readonly total: number;
  readonly page: number;
  readonly pageSize: number;
}
export interface Records<R> {
  list(query: ListQuery): Promise<RecordPage<R>>;
}
export type RecordsService<R> = Service & { records: Records<R> };

interface Options<Tables> {
  readonly model: (tables: Tables) => ModelStatic<Model>;
  /** The fields of a record that are shown; nothing else leaves the database. */
  readonly fields: readonly string[];
  readonly filters: readonly string[];
  readonly sorts: readonly string[];
  readonly search: readonly string[];
}
interface DbMixin {
  _list(ctx: Context, params: object): Promise<{ rows: unknown[]; total: number }>;
}
type Self<Tables, R> = DatabaseService<Tables> & RecordsService<R> & DbMixin;

const PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 100;

/** Takes the service's own pool and model when it starts: a live one in a schema would be cloned. */
class OwnAdapter extends SequelizeAdapter {
  override init(broker: object, service: object): void {
    this.broker = broker;
    this.service = service;
  }
  override async connect(): Promise<void> {
    const { db, schema } = this.service as Self<unknown, unknown>;
    const { modelOf } = schema.metadata as { modelOf: (tables: unknown) => ModelStatic<Model> };
    this.db = db.sequelize;
    this.model = modelOf(db.tables);
  }
  override async disconnect(): Promise<void> {}
}

/** What moleculer-db would publish by itself: reads on any column, and writes that nobody checks. */
const OFF = Object.fromEntries(
  ["find", "count", "list", "create", "insert", "get", "update", "remove"].map((name) => [
    name,
    false,
  ]),
);

/**
 * Lists of plain records by moleculer-db and its Sequelize adapter: pages, sorting and search, by
 * whitelisted fields only. Put it before `Database` in the list of mixins.
 */
export function Records<Tables, R>(options: Options<Tables>): Partial<ServiceSchema> {
  const { fields, filters, sorts, search } = options;
  const allowed = [...sorts, ...sorts.map((name) => `-${name}`)];

  return mixin({
    mixins: [DbService],
    adapter: new OwnAdapter(),
    settings: {
      fields: [...fields],
      idField: "id",
      pageSize: PAGE_SIZE,
      maxPageSize: MAX_PAGE_SIZE,
    },
    metadata: { modelOf: options.model },
    actions: OFF,

    created(this: Self<Tables, R>) {
      const list = async (query: ListQuery): Promise<RecordPage<R>> => {
        const { sort = sorts[0] ?? "id", page = 1, pageSize = PAGE_SIZE } = query;
        if (!allowed.includes(sort)) throw SortUnknown({ sort, possible: allowed.join(", ") });
        const limit = Math.min(Math.max(1, pageSize), MAX_PAGE_SIZE);
        const given = Object.entries(query.filters ?? {}).filter(
          ([name, value]) => value !== undefined && filters.includes(name),
        );
        const { rows, total } = await this._list({} as Context, {
          query: Object.fromEntries(given),
          sort,
          page,
          pageSize: limit,
          limit,
          offset: (page - 1) * limit,
          ...(query.search && { iSearch: likeText(query.search), searchFields: [...search] }),
        });
        return { items: rows as R[], total, page, pageSize: limit };
      };
      this.records = { list };
    },
  });
}

/** So that a percent sign is searched for, not a wildcard. */
const likeText = (text: string) => text.replace(/[\\%_]/g, (sign) => `\\${sign}`);
