/** A Postgres of its own that is thrown away: what is looked at there disturbs nobody. */
import { readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type EmbeddedPostgres, startPostgres } from "../../runtime/postgres/embedded.ts";
import { endPostmaster, isAlive } from "../../runtime/postgres/postmaster.ts";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";

const NAME = "scratch";
const OWNER = "owner";

/** Ends and is removed with `work`, also when that fails or the process is told to end. */
export async function withScratch<T>(work: (postgres: EmbeddedPostgres) => Promise<T>): Promise<T> {
  await removeLeftovers();
  const dir = temporaryFolder(NAME);
  await writeFile(path.join(dir, OWNER), String(process.pid));
  const postgres = await startPostgres({ dir, durable: false, maxConnections: 50 });
  const end = async () => {
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  };
  const leave = () => void end().finally(() => process.exit(130));
  process.once("SIGINT", leave);
  process.once("SIGTERM", leave);
  try {
    return await work(postgres);
  } finally {
    process.off("SIGINT", leave);
    process.off("SIGTERM", leave);
    await end();
  }
}

/** Of processes that were killed: their server lives on. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(`comptoir-${NAME}-`)) continue;
    const dir = path.join(tmpdir(), name);
    const owner = Number(await readFile(path.join(dir, OWNER), "utf8").catch(() => ""));
    if (owner === 0 || isAlive(owner)) continue;
    const data = await realpath(path.join(dir, "data")).catch(() => undefined);
    if (data !== undefined) await endPostmaster(data, "pg_ctl");
    await rm(dir, { recursive: true, force: true });
  }
}
