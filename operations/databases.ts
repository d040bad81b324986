/**
 * `npm run databases`: makes the databases and roles that DATABASE_URL and OWNER_DATABASE_URL name, on a
 * Postgres of yours, as the superuser of SUPERUSER_DATABASE_URL. Each role may connect to its own database
 * only. Repeating it changes nothing but passwords that differ. Tables are made by the nodes.
 */
import { config, databaseUrl, ownerDatabaseUrl } from "../config.ts";
import { createDatabases, type ServiceDatabase } from "../runtime/postgres/databases.ts";
import { DOMAINS } from "../services/registry.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Parses a URL: its role and its database. @throws Error with a sentence */
function named(variable: string, address: string) {
  const url = new URL(address);
  const [role, password, name] = [url.username, url.password, url.pathname.slice(1)].map(
    decodeURIComponent,
  );
  if (role && password && name) return { role, password, name };
  throw new Error(
    `${variable} must name a role, its password and a database: postgres://role:password@host/name`,
  );
}

function wanted(service: string): ServiceDatabase {
  const owner = ownerDatabaseUrl(service);
  return {
    ...named("DATABASE_URL", databaseUrl(service)),
    ...(owner !== undefined && { owner: named("OWNER_DATABASE_URL", owner) }),
  };
}

try {
  const { superuserUrl } = config.database;
  if (superuserUrl === undefined)
    throw new Error(
      "SUPERUSER_DATABASE_URL must be set: postgres://postgres:password@host/postgres",
    );
  const services = DOMAINS.filter(
    (name) => config.services.length === 0 || config.services.includes(name),
  );
  const databases = services.map((service) => ({ service, ...wanted(service) }));
  const servers = Map.groupBy(databases, ({ service }) =>
    superuserUrl.replaceAll("{service}", service),
  );
  for (const [server, there] of servers) await createDatabases(server, there);
  for (const { service, name, role, owner } of databases)
    say(
      `  ${service.padEnd(10)} database ${name}, role ${role}, ${owner ? `owner ${owner.role}` : "which owns it"}`,
    );
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
