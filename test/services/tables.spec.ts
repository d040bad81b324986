import { globSync } from "node:fs";
import type { Sequelize } from "sequelize";
import { connect, disconnect } from "../../lib/database.ts";
import { type Sql, sqlOf } from "../../lib/sql.ts";
import type { Table } from "../../lib/table.types.ts";
import { dropDatabases, giveDatabase } from "../support/test-databases.ts";

/** Every table that a service declares, against its migrated database. */
const declared: [string, string, Table<object>][] = [];
for (const path of globSync("services/*/store/tables.ts").toSorted()) {
  const service = path.split("/")[1] ?? "";
  const all = Object.values((await import(`../../${path}`)) as object) as Partial<Table<object>>[];
  for (const one of all) if (one.declared) declared.push([service, one.name ?? "", one as never]);
}

/** Types of Postgres that hold what a field's kind says. */
const HOLDS: Readonly<Record<string, readonly string[]>> = {
  uuid: ["uuid"],
  timestamptz: ["timestamptz"],
  int8: ["int2", "int4", "int8"],
  float8: ["float8"],
  bool: ["bool"],
  jsonb: ["jsonb"],
  text: ["text", "bpchar"],
};
interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly defaulted: boolean;
}

const connections: Sequelize[] = [];
async function databaseOf(service: string): Promise<Sequelize> {
  await giveDatabase(service);
  const sequelize = connect(service);
  connections.push(sequelize);
  return sequelize;
}
afterAll(async () => {
  await Promise.all(connections.map(disconnect));
  await dropDatabases();
});

test("there are tables that are declared", () => {
  expect(declared.length).toBeGreaterThan(0);
});

describe.each(declared)("%s declares %s", (service, name, declaration) => {
  const { declared: table } = declaration;
  let sequelize: Sequelize;
  let sql: Sql;
  beforeAll(async () => {
    sequelize = await databaseOf(service);
    sql = sqlOf(sequelize);
  });

  /** The plan of the one select that `ask` sends, by indexes if there are any that serve. */
  async function planOf(ask: () => Promise<unknown>): Promise<string> {
    const sent: string[] = [];
    const { options } = sequelize as unknown as { options: { logging: unknown } };
    options.logging = (text: string) => sent.push(text.replace(/^Executing \(.*?\): /, ""));
    await ask();
    options.logging = false;
    const select = sent.find((text) => text.includes(" ORDER BY "));
    const plan = await sequelize.transaction(async (transaction) => {
      for (const setting of ["enable_seqscan", "enable_sort"])
        await sequelize.query(`set local ${setting} = off`, { transaction });
      const [rows] = await sequelize.query(`explain ${select}`, { transaction });
      return rows as { "QUERY PLAN": string }[];
    });
    return plan.map((row) => row["QUERY PLAN"]).join("\n");
  }

  test("as it is migrated: names, kinds, and what may be absent", async () => {
    const rows = await sql.rows<Column>(
      `select column_name as name, udt_name as type, is_nullable = 'YES' as nullable,
         column_default is not null or is_generated = 'ALWAYS' as defaulted
       from information_schema.columns where table_schema = 'public' and table_name = $1`,
      [name],
    );
    const columns = new Map(rows.map((row) => [row.name, row]));
    for (const { column, kind, array, optional } of table.fields) {
      const found = columns.get(column);
      expect([column, HOLDS[kind]?.map((one) => (array ? `_${one}` : one))]).toEqual([
        column,
        expect.arrayContaining([found?.type]),
      ]);
      // What is promised is always there; what may be absent has a place for that.
      expect([column, optional || found?.nullable === false]).toEqual([column, true]);
      expect([column, !optional || found?.nullable || found?.defaulted]).toEqual([column, true]);
      columns.delete(column);
    }
    const left = [...columns.values()].filter(({ nullable, defaulted }) => !nullable && !defaulted);
    expect(left).toEqual([]);
  });

  const sorts = Object.keys(table.sorts).flatMap((sort) => [sort, `-${sort}`]);
  for (const sort of sorts)
    test(`sorted by ${sort} it is read from an index`, async () => {
      const plan = await planOf(() => declaration.list(sql, { sort }));
      expect(plan).not.toMatch(/Seq Scan|Sort/);
    });

  for (const filter of table.filters ?? [])
    test(`filtered by ${filter} it is read from an index`, async () => {
      const { kind } = table.fields.find(({ field }) => field === filter) ?? {};
      const where = { [filter]: kind === "uuid" ? "019a9d3e-7a3c-7000-8000-000000000001" : "x" };
      expect(await planOf(() => declaration.list(sql, { where }))).not.toContain("Seq Scan");
    });

  for (const field of table.search ?? [])
    test(`searched in ${field} it has an index of the text's trigrams`, async () => {
      const column = table.fields.find((one) => one.field === field)?.column ?? field;
      const indexes = await sql.rows<{ definition: string }>(
        "select indexdef as definition from pg_indexes where tablename = $1",
        [name],
      );
      const wanted = `lower(${column}) gin_trgm_ops`;
      expect(indexes.filter(({ definition }) => definition.includes(wanted))).not.toEqual([]);
    });
});
