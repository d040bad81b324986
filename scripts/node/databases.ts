/** The embedded Postgres: one server in DATA_DIR, one database and one role for each service. */
import { createHmac } from "node:crypto";
import path from "node:path";
import { config, useEmbeddedDatabases } from "../../config.ts";
import { createDatabases } from "../../lib/postgres/databases.ts";
import { type EmbeddedPostgres, startPostgres } from "../../lib/postgres/embedded.ts";

const MAX_CONNECTIONS = 200;

export async function startDatabases(
  services: readonly string[],
  say: (line: string) => void,
): Promise<EmbeddedPostgres> {
  const dir = path.join(config.dataDir, "postgres");
  const postgres = await startPostgres({ dir, maxConnections: MAX_CONNECTIONS, log: say });
  const databases = services.map((name) => ({ name, role: name, password: passwordOf(name) }));
  await createDatabases(postgres.url("postgres"), databases);
  useEmbeddedDatabases((service) => serviceUrl(postgres, service));
  return postgres;
}

export function serviceUrl({ port }: EmbeddedPostgres, service: string): string {
  return `postgres://${service}:${passwordOf(service)}@127.0.0.1:${port}/${service}`;
}

/** Derived from the house's secret, so that it need not be kept anywhere else. */
export const passwordOf = (service: string): string =>
  createHmac("sha256", config.jwt.secrets.at(-1) ?? "")
    .update(`database:${service}`)
    .digest("base64url");
