/** Postgres in containers on this machine: found by what Docker (or Podman) tells of them. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { programAt } from "../../runtime/servers/programs.ts";
import { UserError } from "../client/api-client.ts";
import type { Source } from "./sources.ts";
import { withSession } from "./session.ts";

export interface ContainerDatabase extends Source {
  readonly container: string;
}

/** The part that we read of what `docker inspect` answers. */
interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Config: {
    readonly Image: string;
    readonly Env: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly ExposedPorts?: Readonly<Record<string, object>>;
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly Published[] | null>> | null;
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> | null;
  };
}
interface Published {
  readonly HostIp: string;
  readonly HostPort: string;
}

const PORT = "5432/tcp";
const PROJECT = "com.docker.compose.project";
const SERVICE = "com.docker.compose.service";
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Every database of `known` services that a running container holds, and an address for its
 * superuser. A container is of the service whose name stands in its own (`orders-db`); one that has
 * many databases is asked which. @throws UserError where two claim the same service, or Docker is silent
 */
export async function containerDatabases(
  known: readonly string[],
  project?: string,
): Promise<ContainerDatabase[]> {
  const all = (await running()).filter(
    ({ Config }) => project === undefined || Config.Labels?.[PROJECT] === project,
  );
  const found: ContainerDatabase[] = [];
  for (const container of all.filter(isPostgres))
    found.push(...(await databasesIn(container, known)));
  for (const [service, claims] of Map.groupBy(found, ({ service }) => service))
    if (claims.length > 1)
      throw new UserError(
        `Several containers hold ${service}: ${claims.map(({ container }) => container).join(", ")}. ` +
          "Say of which project of Docker Compose with --project NAME.",
      );
  return found.sort((a, b) => a.service.localeCompare(b.service));
}

async function running(): Promise<Inspected[]> {
  const docker = (await programAt("docker")) ?? (await programAt("podman"));
  if (docker === undefined) return [];
  const ask = async (...words: string[]): Promise<string> => {
    const output = await promisify(execFile)(docker, words, { maxBuffer: MAX_ANSWER_BYTES }).catch(
      (error: Error & { stderr?: string }) => {
        throw new UserError(
          `Docker does not answer: ${error.stderr?.trim() || error.message} ` +
            "For databases that are in no container: npm run backup, npm run restore.",
        );
      },
    );
    return output.stdout;
  };
  const ids = (await ask("ps", "--quiet", "--no-trunc")).split("\n").filter(Boolean);
  if (ids.length === 0) return [];
  return JSON.parse(await ask("inspect", "--type=container", ...ids)) as Inspected[];
}

const isPostgres = ({ Config }: Inspected): boolean =>
  Config.ExposedPorts?.[PORT] !== undefined || settingsOf(Config.Env).has("PG_MAJOR");

const settingsOf = (env: readonly string[] | null): Map<string, string> =>
  new Map((env ?? []).map((line) => [line.split("=")[0] ?? "", line.slice(line.indexOf("=") + 1)]));

async function databasesIn(
  container: Inspected,
  known: readonly string[],
): Promise<ContainerDatabase[]> {
  const name = container.Name.replace(/^\//, "");
  const settings = settingsOf(container.Config.Env);
  const user = settings.get("POSTGRES_USER") ?? "postgres";
  const password = await passwordOf(container, settings);
  const at = addressOf(container);
  const who = [user, password].map(encodeURIComponent).join(":");
  const url = (database: string) => `postgres://${who}@${at}/${encodeURIComponent(database)}`;
  const database = settings.get("POSTGRES_DB") ?? user;
  const names = [database, container.Config.Labels?.[SERVICE] ?? "", name];
  const service = names.map((one) => serviceIn(one, known)).find((one) => one !== undefined);
  if (service !== undefined) return [{ service, database, url: url(database), container: name }];
  const there = await withSession(url(database), (client) =>
    client.query<{ datname: string }>("select datname from pg_database where datname = any($1)", [
      known,
    ]),
  );
  return there.rows.map(({ datname: found }) => ({
    service: found,
    database: found,
    url: url(found),
    container: name,
  }));
}

/** The service whose name is a word of `name`: `comptoir-orders-db-1`, `orders_db`, `orders`. */
function serviceIn(name: string, known: readonly string[]): string | undefined {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  return known.find((service) => words.includes(service));
}

/** By the port that it publishes; else inside, as a machine with Linux can reach it. */
function addressOf({ Name, NetworkSettings: { Ports, Networks } }: Inspected): string {
  const [published] = Ports?.[PORT] ?? [];
  if (published) {
    const anywhere = ["", "0.0.0.0", "::"].includes(published.HostIp);
    const host = anywhere ? "127.0.0.1" : published.HostIp;
    return `${host.includes(":") ? `[${host}]` : host}:${published.HostPort}`;
  }
  const inside = Object.values(Networks ?? {}).find(({ IPAddress }) => IPAddress !== "");
  if (inside) return `${inside.IPAddress}:5432`;
  throw new UserError(`The container ${Name} has no port or address by which it can be reached.`);
}

async function passwordOf(
  { Id, Name }: Inspected,
  settings: ReadonlyMap<string, string>,
): Promise<string> {
  const file = settings.get("POSTGRES_PASSWORD_FILE");
  if (file === undefined) return settings.get("POSTGRES_PASSWORD") ?? "";
  const docker = (await programAt("docker")) ?? "podman";
  const output = await promisify(execFile)(docker, ["exec", Id, "cat", file]).catch(() => {
    throw new UserError(`The password of ${Name} could not be read from ${file} in the container.`);
  });
  return output.stdout.trim();
}
