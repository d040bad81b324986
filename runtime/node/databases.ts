/** The embedded Postgres: one server in DATA_DIR; for each service a database, its owner and its user. */
import { createHmac } from "node:crypto";
import path from "node:path";
import { config, useEmbeddedDatabases } from "../../config.ts";
import { createDatabases } from "../postgres/databases.ts";
import { type EmbeddedPostgres, startPostgres } from "../postgres/embedded.ts";

const MAX_CONNECTIONS = 200;

export async function startDatabases(
  services: readonly string[],
  say: (line: string) => void,
): Promise<EmbeddedPostgres> {
  const dir = path.join(config.dataDir, "postgres");
  const postgres = await startPostgres({ dir, maxConnections: MAX_CONNECTIONS, log: say });
  const databases = services.map((name) => ({
    name,
    role: name,
    password: passwordOf(name),
    owner: { role: ownerOf(name), password: passwordOf(ownerOf(name)) },
  }));
  await createDatabases(postgres.url("postgres"), databases);
  useEmbeddedDatabases({
    app: (service) => serviceUrl(postgres, service),
    owner: (service) => ownerUrl(postgres, service),
  });
  return postgres;
}

/** The URL of the service itself, which reads and writes rows. */
export const serviceUrl = (postgres: EmbeddedPostgres, service: string): string =>
  urlOf(postgres, service, service);

/** The URL of the role that owns the service's tables, which migrates them. */
export const ownerUrl = (postgres: EmbeddedPostgres, service: string): string =>
  urlOf(postgres, service, ownerOf(service));

const urlOf = ({ port }: EmbeddedPostgres, service: string, role: string): string =>
  `postgres://${role}:${passwordOf(role)}@127.0.0.1:${port}/${service}`;

const ownerOf = (service: string): string => `${service}_owner`;

/** Derived from the system's secret, so that it is stored nowhere else. */
export const passwordOf = (role: string): string =>
  createHmac("sha256", config.jwt.secrets.at(-1) ?? "")
    .update(`database:${role}`)
    .digest("base64url");
