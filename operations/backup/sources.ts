/** Where the databases of the company are: found, not listed. */
import { globSync } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { backupDatabaseUrl, config, databaseUrl, ownerDatabaseUrl } from "../../config.ts";
import { startPostgres } from "../../runtime/postgres/embedded.ts";
import { findPostmaster } from "../../runtime/postgres/postmaster.ts";
import { UserError } from "../client/api-client.ts";
import { containerDatabases } from "./containers.ts";
import { databaseOf, inDatabase, withSession } from "./session.ts";

export interface Source {
  readonly service: string;
  readonly database: string;
  /** For somebody who may read all of it. */
  readonly url: string;
}
export interface Sources {
  readonly kind: "embedded" | "addresses" | "containers";
  readonly all: readonly Source[];
  /** Ends what had to be started for it. */
  end(): Promise<void>;
}
export interface Wanted {
  /** Of containers on this machine, as `docker ps` shows them. */
  readonly containers?: boolean;
  /** Of Docker Compose, where several run on one machine. */
  readonly project?: string | undefined;
  /** An address with {service} in it, which goes before all settings. */
  readonly databases?: string | undefined;
  /** Names of services; none: all. */
  readonly only?: readonly string[];
}

const ROOT = path.resolve(import.meta.dirname, "../..");

/** A path as whoever calls means it: npm and our shell scripts run us in the project's folder. */
export const asCalled = (file: string): string => path.resolve(process.env.INIT_CWD ?? ".", file);

/** Files of migrations that this program has, by their names. */
export const migrationsOf = (service: string): string[] =>
  globSync(["lib/migrations/*.sql", `services/${service}/migrations/*.sql`], { cwd: ROOT }).map(
    (file) => path.basename(file),
  );

/** Services with a database of their own: those that have migrations. */
export const servicesWithDatabase = (): string[] =>
  globSync("services/*/migrations", { cwd: ROOT })
    .map((folder) => path.basename(path.dirname(folder)))
    .sort();

/** @throws UserError when there is none, or it cannot be known where they are */
export async function findSources(wanted: Wanted, say: (line: string) => void): Promise<Sources> {
  return (await findElsewhere(wanted, say)) ?? embedded(servicesOf(wanted), say);
}

/** Those that are not our own embedded ones, if any are named or found. */
export async function findElsewhere(
  wanted: Wanted,
  say: (line: string) => void,
): Promise<Sources | undefined> {
  const services = servicesOf(wanted);
  if (wanted.containers) {
    const found = await containerDatabases(servicesWithDatabase(), wanted.project);
    const all = found.filter(({ service }) => services.includes(service));
    if (all.length > 0) return { kind: "containers", all, end: async () => undefined };
    say("No container here holds a database of ours; looking elsewhere.");
  }
  return addressed(services, wanted.databases);
}

function servicesOf({ only }: Wanted): readonly string[] {
  const known = servicesWithDatabase();
  const unknown = (only ?? []).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new UserError(
      `There is no service ${unknown.join(", ")}; there are ${known.join(", ")}.`,
    );
  return only?.length ? only : known;
}

function addressed(services: readonly string[], pattern: string | undefined): Sources | undefined {
  const common = pattern ?? config.database.backupUrl;
  if (common !== undefined && !common.includes("{service}"))
    throw new UserError("The address of the databases must have {service} in it.");
  const urls = services.map(
    (service) => [service, pattern?.replaceAll("{service}", service) ?? urlOf(service)] as const,
  );
  const missing = urls.filter(([, url]) => url === undefined).map(([service]) => service);
  if (missing.length === services.length) return undefined;
  if (missing.length > 0)
    throw new UserError(
      `No database is named for ${missing.join(", ")}. Set DATABASE_URL, or name them.`,
    );
  const all = urls.map(([service, url = ""]) => ({ service, url, database: databaseOf(url) }));
  return { kind: "addresses", all, end: async () => undefined };
}

function urlOf(service: string): string | undefined {
  const named = backupDatabaseUrl(service) ?? ownerDatabaseUrl(service);
  if (named !== undefined) return named;
  try {
    return databaseUrl(service);
  } catch {
    return undefined;
  }
}

/** Of a company in DATA_DIR, whether it runs or not; it is not disturbed. */
async function embedded(
  services: readonly string[],
  say: (line: string) => void,
): Promise<Sources> {
  const dir = path.join(config.dataDir, "postgres");
  const data = await realpath(path.join(dir, "data")).catch(() => undefined);
  if (data === undefined)
    throw new UserError(
      `There is no company in ${config.dataDir}. Set DATA_DIR, or DATABASE_URL for databases elsewhere.`,
    );
  const running = await findPostmaster(data);
  const started = running?.ready
    ? undefined
    : await startPostgres({ dir, maxConnections: 200, log: say });
  const end = async () => started?.stop();
  try {
    const url = started?.url("postgres") ?? (await superuserOf(dir, running?.port ?? 0));
    const there = await databasesOn(url);
    const all = services
      .filter((service) => there.includes(service))
      .map((service) => ({ service, database: service, url: inDatabase(url, service) }));
    if (all.length === 0)
      throw new UserError(`The company in ${config.dataDir} has no databases yet.`);
    return { kind: "embedded", all, end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function superuserOf(dir: string, port: number): Promise<string> {
  const password = (await readFile(path.join(dir, "password"), "utf8")).trim();
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

const databasesOn = (url: string): Promise<string[]> =>
  withSession(url, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "select datname from pg_database where datallowconn",
    );
    return rows.map(({ datname }) => datname);
  });

/** The folder of pictures and files, if there is one. */
export async function mediaFolder(): Promise<string | undefined> {
  const folder = path.join(config.dataDir, "media");
  const there = await stat(folder).catch(() => undefined);
  return there?.isDirectory() ? folder : undefined;
}
