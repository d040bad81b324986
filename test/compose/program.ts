/** Compose itself, which reads and judges files without an engine to run them. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parse } from "yaml";
import { programAt } from "../../runtime/servers/programs.ts";

const run = promisify(execFile);
const MISSING =
  "This test needs Docker Compose. Install it (on Debian and Ubuntu: apt-get install docker-compose).";

async function composeAt(): Promise<readonly [string, ...string[]]> {
  const alone = await programAt("docker-compose");
  if (alone) return [alone];
  const docker = await programAt("docker");
  if (docker && (await works(docker, "compose", "version"))) return [docker, "compose"];
  const installed = await install();
  if (installed) return [installed];
  throw new Error(MISSING);
}

const works = (program: string, ...words: string[]): Promise<boolean> =>
  run(program, words).then(
    () => true,
    () => false,
  );

/** The package has no engine and starts nothing. */
async function install(): Promise<string | undefined> {
  const aptGet = await programAt("apt-get");
  if (!aptGet || process.getuid?.() !== 0) return undefined;
  const words = ["-o", "DPkg::Lock::Timeout=120", "-y", "--no-install-recommends"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const again = () => run(aptGet, [...words, "install", "docker-compose"], { env });
  await again().catch(async () => {
    await run(aptGet, ["update"], { env });
    await again();
  });
  return programAt("docker-compose");
}

export interface Service {
  readonly image: string;
  readonly command?: readonly string[] | string;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly interval?: string };
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly ports?: readonly (string | { readonly published: string | number })[];
  readonly profiles?: readonly string[];
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly cap_drop?: readonly string[];
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
  readonly secrets?: readonly { readonly source: string; readonly target?: string }[];
  readonly volumes?: readonly unknown[];
  readonly container_name?: string;
}
export interface Composed {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** What Compose makes of these files together. @throws Error with what it says against them */
export async function composed(
  files: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Composed> {
  const [program, ...before] = await composeAt();
  const named = files.flatMap((file) => ["-f", file]);
  // All profiles: also what only `run` starts.
  const env = {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
    COMPOSE_PROFILES: "tools",
    ...settings,
  };
  const { stdout } = await run(program, [...before, ...named, "config"], { env });
  return parse(stdout, { maxAliasCount: -1 }) as Composed;
}
