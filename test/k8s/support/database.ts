/** A service's Postgres, made and started as the manifests and the image (https://hub.docker.com/_/postgres) do. */
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { serverAccount } from "../../../runtime/postgres/account.ts";
import { findBinaries } from "../../../runtime/postgres/binaries.ts";
import { eventually } from "../../support/stage.ts";
import type { System } from "./system.ts";
import { prepare } from "./kubelet.ts";
import { type Running, started } from "./processes.ts";

const run = promisify(execFile);

export interface Database extends Running {
  /** Without a database: `postgres://postgres:…@127.0.0.1:port`. */
  readonly superuserUrl: string;
}

export async function startDatabase(
  system: System,
  service: string,
  port: number,
): Promise<Database> {
  const workload = system.workload(`${service}-postgres`);
  const root = path.join(system.folder, `${service}-postgres`);
  const { env, at } = prepare(workload, system.all, { root });
  const folder = path.join(root, "data");
  await mkdir(folder);
  const account = await serverAccount();
  if (account) await run("chown", ["-R", `${account.uid}:${account.gid}`, root]);
  const { initdb, postgres } = await findBinaries(account, system.folder);
  const options = { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: "C" }, ...account };
  await run(
    initdb,
    [
      `--pgdata=${folder}`,
      "--username=postgres",
      `--pwfile=${env.POSTGRES_PASSWORD_FILE}`,
      "--no-sync",
      ...(env.POSTGRES_INITDB_ARGS ?? "").split(" "),
    ],
    options,
  );
  const here = [`port=${port}`, "listen_addresses=127.0.0.1", "unix_socket_directories="];
  const words = [...(workload.containers[0]?.args ?? []), ...here.flatMap((one) => ["-c", one])];
  const running = await started(postgres, ["-D", folder, ...words], options);
  const password = await readFile(env.POSTGRES_PASSWORD_FILE ?? "", "utf8");
  const superuserUrl = `postgres://postgres:${password}@127.0.0.1:${port}`;
  await eventually(() => ask(`${superuserUrl}/postgres`, "select 1"), 20_000);
  await ask(`${superuserUrl}/postgres`, `create database ${env.POSTGRES_DB}`);
  const scripts = at("/docker-entrypoint-initdb.d");
  for (const name of (await readdir(scripts)).sort())
    await ask(
      `${superuserUrl}/${env.POSTGRES_DB}`,
      await readFile(path.join(scripts, name), "utf8"),
    );
  return { ...running, superuserUrl };
}

/** One statement, or several, on a connection of their own; answers the rows of a single one. */
export async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows = [] } = (await client.query(sql)) as { rows?: Record<string, unknown>[] };
    return rows;
  } finally {
    await client.end();
  }
}
