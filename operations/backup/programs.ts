/** pg_dump and pg_restore, where they are and fit: they read older servers, never newer ones. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { programAt } from "../../runtime/servers/programs.ts";
import { pieces } from "./blocks.ts";
import { shown } from "./session.ts";

export interface Program {
  readonly file: string;
  /** 15, 18 … */
  readonly major: number;
}

/** Where systems keep those that are not in PATH, several versions beside each other. */
const ELSEWHERE = "{/usr/lib/postgresql,/usr/pgsql-*,/opt/homebrew/opt/postgresql@*}/**/bin";

/** One that is at least of `major`, the nearest one first. */
export async function programFor(
  name: "pg_dump" | "pg_restore",
  major: number,
): Promise<Program | undefined> {
  const inPath = await programAt(name);
  const elsewhere = globSync(path.join(ELSEWHERE, name));
  const all: Program[] = [];
  for (const file of new Set([...(inPath ? [inPath] : []), ...elsewhere])) {
    const output = await promisify(execFile)(file, ["--version"]).catch(() => undefined);
    const found = Number(/\(PostgreSQL\) (\d+)/.exec(output?.stdout ?? "")?.[1] ?? 0);
    if (found >= major) all.push({ file, major: found });
  }
  return all.sort((a, b) => a.major - b.major)[0];
}

/** What belongs to whom is said by us, as it depends on where it will be. */
const WITHOUT = ["--no-owner", "--no-privileges", "--no-comments"];

/** The custom format, not packed, in blocks; of what the open transaction `snapshot` sees. */
export async function* dumped(
  program: Program,
  { url, snapshot }: { url: string; snapshot: string },
): AsyncGenerator<Buffer> {
  const { child, ended } = run(program, url, [
    "--format=custom",
    "--compress=0",
    `--snapshot=${snapshot}`,
    ...WITHOUT,
  ]);
  child.stdin.end();
  try {
    yield* pieces(child.stdout);
    await ended;
  } finally {
    child.kill();
  }
}

/** Lets pg_restore make everything of `source` in the database at `url`, all of it or nothing. */
export async function undumped(
  program: Program,
  { url, role, source }: { url: string; role: string; source: AsyncIterable<Buffer> },
): Promise<void> {
  const { child, ended } = run(program, url, [
    "--single-transaction",
    "--exit-on-error",
    `--role=${role}`,
    ...WITHOUT,
  ]);
  child.stdout.resume();
  // When it ends early it says why; that its input is then closed says nothing.
  const [sent] = await Promise.allSettled([pipeline(Readable.from(source), child.stdin), ended]);
  await ended;
  if (sent.status === "rejected") throw sent.reason;
}

function run({ file }: Program, url: string, options: readonly string[]) {
  const { password, address } = withoutPassword(url);
  // Others on this machine see the words of a command, not its environment.
  const child = spawn(file, [...options, `--dbname=${address}`], {
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", PGPASSWORD: password, PGAPPNAME: "comptoir backup" },
  });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4_000)));
  const ended = once(child, "close").then(([code]) => {
    if (code === 0) return;
    throw new Error(`${path.basename(file)} could not do ${shown(url)}: ${output.trim()}`);
  });
  ended.catch(() => undefined);
  return { child, ended };
}

function withoutPassword(url: string): { address: string; password: string } {
  const address = new URL(url);
  const password = decodeURIComponent(address.password);
  address.password = "";
  return { address: address.href, password };
}
