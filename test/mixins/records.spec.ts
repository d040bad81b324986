import { DataTypes, type Sequelize } from "sequelize";
import { Database, type DatabaseService } from "../../mixins/database.mixin.ts";
import { Records, type RecordsService } from "../../mixins/records.mixin.ts";
import { stage, type Stage } from "../support/stage.ts";

const tables = (sequelize: Sequelize) => ({
  Teas: sequelize.define(
    "tea",
    {
      id: { type: DataTypes.INTEGER, primaryKey: true },
      name: DataTypes.TEXT,
      kind: DataTypes.TEXT,
      secret: DataTypes.TEXT,
    },
    { freezeTableName: true, timestamps: false },
  ),
});
type Tables = ReturnType<typeof tables>;
interface Tea {
  id: number;
  name: string;
  kind: string;
}
const teas = {
  name: "teas",
  mixins: [
    Records<Tables, Tea>({
      model: ({ Teas }) => Teas,
      fields: ["id", "name", "kind"],
      filters: ["kind"],
      sorts: ["name", "id"],
      search: ["name"],
    }),
    Database("teas", tables),
  ],
};

let harness: Stage;
let service: DatabaseService<Tables> & RecordsService<Tea>;
beforeAll(async () => {
  harness = await stage([teas]);
  service = harness.service("teas");
  await service.db.sql.run(
    "create table tea (id int primary key, name text, kind text, secret text)",
  );
  await service.db.sql.run(
    `insert into tea select n, 'tea ' || lpad(n::text, 3, '0'), case when n % 2 = 0 then 'green' else 'black' end, 's' || n
     from generate_series(1, 150) n`,
  );
  await service.db.sql.run("insert into tea values (151, '100 % Assam', 'black', 's')");
});
afterAll(() => harness.leave());

test("a page has its size, the total, and only the fields that are shown", async () => {
  const page = await service.records.list({ sort: "-id", pageSize: 2 });
  expect(page).toEqual({
    items: [
      { id: 151, name: "100 % Assam", kind: "black" },
      { id: 150, name: "tea 150", kind: "green" },
    ],
    total: 151,
    page: 1,
    pageSize: 2,
  });
});

test("filters that are whitelisted count, others do not reach the database", async () => {
  const { total } = await service.records.list({ filters: { kind: "green", secret: "s7" } });
  expect(total).toBe(75);
});

test("a percent sign is searched for; it is no wildcard", async () => {
  const { items } = await service.records.list({ search: "% aSS" });
  expect(items.map(({ id }) => id)).toEqual([151]);
});

test("sorting by a hidden column is refused", async () => {
  await expect(service.records.list({ sort: "secret" })).rejects.toMatchObject({
    type: "SORT_UNKNOWN",
  });
});

test("a page has at most 100 records", async () => {
  expect((await service.records.list({ pageSize: 5_000 })).items).toHaveLength(100);
});

test("none of moleculer-db's own actions exists", () => {
  const names = Object.keys(service.actions);
  expect(names.toSorted()).toEqual(["events", "health"]);
});
