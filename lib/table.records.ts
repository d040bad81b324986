/**
 * The statements of a plain entity by moleculer-db and its Sequelize adapter, each inside the
 * transaction that it is given. moleculer-db is used by its documented methods only: its actions, its
 * connection and its clearing of caches are ours. Model and adapter are made when they are used, and
 * are never part of a service's schema, which Moleculer clones.
 */
import DbService from "moleculer-db";
import SequelizeAdapter from "moleculer-db-adapter-sequelize";
import type { Model, ModelStatic, Sequelize, WhereOptions } from "sequelize";
import type { Tx } from "./sql.ts";
import { attributesOf, type Field, toRecord } from "./table.fields.ts";

interface Declaration {
  readonly name: string;
  readonly key: string;
  readonly fields: readonly Field[];
}
type Row = Record<string, unknown>;
/** As the adapter's `find` and `count` take it. */
interface Filters {
  readonly query: WhereOptions;
  readonly sort?: readonly string[];
  readonly limit?: number;
  readonly iSearch?: string | undefined;
  readonly searchFields?: readonly string[];
}
interface Methods {
  _find(ctx: undefined, filters: Filters): Promise<Row[]>;
  _count(ctx: undefined, filters: Filters): Promise<number>;
  _insert(ctx: undefined, params: { entities: readonly object[] }): Promise<Row[]>;
  transformDocuments(ctx: undefined, params: object, rows: readonly object[]): Promise<Row[]>;
}
const { methods } = DbService as unknown as { methods: Methods };

/** The model's statements in `tx`: the adapter has no parameter for a transaction. */
function within(model: ModelStatic<Model>, tx: Tx | undefined): ModelStatic<Model> {
  const options = { transaction: tx ?? null };
  const statements = {
    findAll: (asked: object) => model.findAll({ ...asked, ...options, raw: true }),
    findOne: (asked: object) => model.findOne({ ...asked, ...options, raw: true }),
    count: (asked: object) => model.count({ ...asked, ...options }),
    destroy: (asked: object) => model.destroy({ ...asked, ...options }),
    bulkCreate: (records: readonly Row[]) =>
      model.bulkCreate(records, { ...options, returning: true, ignoreDuplicates: true }),
    // The adapter answers the first of these: the rows as they are now, instead of how many.
    update: async (values: object, { where }: { where: WhereOptions }) => {
      const asked = { ...options, where, returning: true, validate: false } as const;
      const [, rows] = await model.update(values, asked);
      return [rows];
    },
  };
  return statements as unknown as ModelStatic<Model>;
}

class Adapter extends SequelizeAdapter {
  declare model: ModelStatic<Model>;
  readonly #fields: readonly Field[];

  constructor(fields: readonly Field[], model: ModelStatic<Model>) {
    super({});
    this.#fields = fields;
    this.model = model;
  }
  override entityToObject(entity: Row | Model): object {
    const row = "get" in entity && typeof entity.get === "function" ? entity.get() : entity;
    return toRecord(row as Row, this.#fields);
  }
}

function modelOf({ name, key, fields }: Declaration, sequelize: Sequelize): ModelStatic<Model> {
  if (sequelize.isDefined(name)) return sequelize.model(name);
  const options = { freezeTableName: true, timestamps: false };
  return sequelize.define(name, attributesOf(fields, key), options);
}

/** The statements of the table in `tx`, or each in a transaction of its own without one. */
export function recordsIn(declaration: Declaration, sequelize: Sequelize, tx: Tx | undefined) {
  const { key, fields } = declaration;
  const adapter = new Adapter(fields, within(modelOf(declaration, sequelize), tx));
  const service: Methods = Object.assign(Object.create(methods) as Methods, {
    adapter,
    schema: {},
    settings: { idField: key },
    entityChanged: async () => undefined,
  });
  const transformed = (rows: readonly object[]) => service.transformDocuments(undefined, {}, rows);
  const get = async (where: WhereOptions, lock = false): Promise<Row | undefined> => {
    const row = await adapter.findOne({ where, lock });
    return row ? (await transformed([row]))[0] : undefined;
  };
  return {
    find: (filters: Filters) => service._find(undefined, filters),
    count: (filters: Filters) => service._count(undefined, filters),
    /** The row as it is now; without what Postgres sets itself if it was there before. */
    insert: async (record: object) => (await service._insert(undefined, { entities: [record] }))[0],
    get,
    update: async (where: WhereOptions, values: object): Promise<Row | undefined> => {
      if (Object.keys(values).length === 0) return get(where);
      const rows = await adapter.updateMany(where, values);
      return (await transformed(rows as unknown as object[]))[0];
    },
    remove: (where: WhereOptions): Promise<number> => adapter.removeMany(where),
  };
}
