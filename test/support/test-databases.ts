/**
 * A database of its own for each service of each stage: cloned from a template that is migrated once
 * a run, because cloning takes a tenth of migrating.
 */
import { createHash, randomUUID } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { Client } from "pg";
import { Sequelize } from "sequelize";
import { migrate } from "../../lib/migrate.ts";

const server = (): string => {
  const url = process.env.TEST_POSTGRES;
  if (url === undefined) throw new Error("TEST_POSTGRES is not set: run tests with npm test.");
  return url;
};
/** Names of databases, each with the setting that says where it is. */
const made: { readonly name: string; readonly setting: string }[] = [];

/** Makes an empty, migrated database for `service` and says so where `config` looks for it. */
export async function giveDatabase(service: string): Promise<string> {
  const template = await templateOf(service);
  const name = `t_${service}_${randomUUID().slice(0, 13)}`;
  await asSuperuser("postgres", (client) =>
    client.query(`create database "${name}" template "${template}"`),
  );
  const setting = `${service.toUpperCase()}_DATABASE_URL`;
  made.push({ name, setting });
  const url = `${server()}/${name}`;
  process.env[setting] = url;
  return url;
}

export async function dropDatabases(): Promise<void> {
  for (const { name, setting } of made.splice(0)) {
    // The next file of this worker shares its environment.
    delete process.env[setting];
    await asSuperuser("postgres", (client) =>
      client.query(`drop database if exists "${name}" with (force)`),
    );
  }
}

async function templateOf(service: string): Promise<string> {
  const folders = ["lib/migrations", `services/${service}/migrations`];
  const files = folders.flatMap((folder) => globSync(`${folder}/*.sql`).sort());
  const hash = createHash("sha1");
  for (const file of files) hash.update(file).update(readFileSync(file));
  const name = `template_${service}_${hash.digest("hex").slice(0, 12)}`;

  await asSuperuser("postgres", async (client) => {
    // Workers that need the same template wait for the one that makes it.
    await client.query("select pg_advisory_lock(hashtext($1))", [name]);
    const { rowCount } = await client.query(
      "select 1 from pg_database where datname = $1 and datistemplate",
      [name],
    );
    if (rowCount) return;
    await client.query(`drop database if exists "${name}"`);
    await client.query(`create database "${name}" template template0`);
    const sequelize = new Sequelize(`${server()}/${name}`, { logging: false });
    try {
      await migrate(sequelize, folders);
    } finally {
      await sequelize.close();
    }
    await client.query(`alter database "${name}" is_template true`);
  });
  return name;
}

async function asSuperuser<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: `${server()}/${database}` });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
