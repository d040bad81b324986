/** Databases of services with a role that serves and one that owns, as a team makes them. */
import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { Sequelize } from "sequelize";
import { createDatabases, type ServiceDatabase } from "../../../runtime/postgres/databases.ts";
import { type Prepared, prepareDatabase } from "../../../lib/prepare.ts";
import { DOMAINS } from "../../../services/registry.ts";

const run = randomBytes(4).toString("hex");
export const made: ServiceDatabase[] = [];
export const server = process.env.TEST_POSTGRES ?? "";

export const databaseOf = (
  name: string,
): ServiceDatabase & { owner: { role: string; password: string } } => ({
  name: `s_${name}_${run}`,
  role: `s_${name}_${run}`,
  password: "app",
  owner: { role: `s_${name}_owner_${run}`, password: "owner" },
});
export const make = async (...databases: ServiceDatabase[]): Promise<void> => {
  made.push(...databases);
  await createDatabases(`${server}/postgres`, databases);
};
export const urlFor = (
  { role, password }: { role: string; password: string },
  name: string,
): string => {
  const url = new URL(`${server}/${name}`);
  url.username = role;
  url.password = password;
  return url.href;
};
export const appUrl = (one: ServiceDatabase) => urlFor(one, one.name);
export const ownerUrl = (one: ReturnType<typeof databaseOf>) => urlFor(one.owner, one.name);
export const foldersOf = (service: string) => ["lib/migrations", `services/${service}/migrations`];

/** As a starting node does. */
export async function prepare(
  one: ReturnType<typeof databaseOf>,
  folders: readonly string[],
  owner: string | null = ownerUrl(one),
  app = appUrl(one),
): Promise<Prepared> {
  const sequelize = new Sequelize(app, { logging: false });
  try {
    return await prepareDatabase(sequelize, folders, owner ?? undefined);
  } finally {
    await sequelize.close();
  }
}
export async function sql<Row extends object>(
  url: string,
  ...statements: string[]
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Row[] = [];
    for (const statement of statements) ({ rows } = await client.query<Row>(statement));
    return rows;
  } finally {
    await client.end();
  }
}
export const refused = (url: string, ...statements: string[]) =>
  expect(sql(url, ...statements)).rejects.toMatchObject({ code: "42501" });

/** The databases of all services, as starts have left them. */
export async function makeSystem(): Promise<void> {
  await make(...DOMAINS.map(databaseOf));
  for (const name of DOMAINS) await prepare(databaseOf(name), foldersOf(name));
}

/** Removes all that `make` has made. */
export async function dropMade(): Promise<void> {
  const superuser = `${server}/postgres`;
  for (const { name, role, owner } of new Map(made.map((one) => [one.name, one])).values()) {
    await sql(superuser, `drop database if exists "${name}" with (force)`);
    await sql(superuser, `drop role if exists "${role}"${owner ? `, "${owner.role}"` : ""}`);
  }
}
