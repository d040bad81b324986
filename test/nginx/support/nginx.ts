/** The real nginx with the real configuration, in a folder and on ports of its own. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { programAt } from "../../../runtime/servers/programs.ts";
import { freePort } from "../../../runtime/servers/servers.ts";
import { temporaryFolder } from "../../../runtime/servers/temporary-folder.ts";
import { nginxProgram } from "./program.ts";

const run = promisify(execFile);
const SOURCE = path.resolve(import.meta.dirname, "../../../nginx");
const START_LIMIT_MS = 10_000;
/** A free port may be taken between our look and nginx's. */
const TRIES = 3;

export interface LogLine {
  readonly traceId: string;
  readonly address: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Where it went; several, separated by ", ", when the first did not answer. */
  readonly gateway: string;
  readonly gatewayStatus: string;
}
export interface Nginx {
  readonly ports: { readonly http: number; readonly https: number; readonly plain: number };
  readonly ca: Buffer;
  readonly folder: string;
  /** What it has logged so far of requests. */
  lines(): Promise<LogLine[]>;
  /** What it has complained of so far. */
  errors(): Promise<string>;
  /** Checks the configuration as `nginx -t` does; answers what it says. */
  check(): Promise<string>;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}
export interface NginxOptions {
  readonly gateways: readonly string[];
  /** More of templates/site.conf.template's settings. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A configuration besides ours, as an operator may have one. */
  readonly besides?: string;
}

export async function startNginx(options: NginxOptions): Promise<Nginx> {
  for (let left = TRIES; ; left -= 1) {
    const folder = temporaryFolder("test-nginx");
    try {
      return await startIn(folder, options);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (left === 1 || !String(error).includes("Address already in use")) throw error;
    }
  }
}

async function startIn(
  folder: string,
  { gateways, settings = {}, besides = "" }: NginxOptions,
): Promise<Nginx> {
  const program = await nginxProgram();
  const ports = { http: await freePort(), https: await freePort(), plain: await freePort() };
  const files = { requests: path.join(folder, "requests"), errors: path.join(folder, "errors") };
  await writeConfiguration(folder, {
    NGINX_PROGRAM: program,
    NGINX_GATEWAYS: gateways.join(" "),
    NGINX_HTTP: `127.0.0.1:${ports.http}`,
    NGINX_HTTPS: `127.0.0.1:${ports.https}`,
    NGINX_PLAIN: `127.0.0.1:${ports.plain}`,
    NGINX_HTTPS_PUBLIC_PORT: String(ports.https),
    NGINX_ACCESS_LOG: files.requests,
    NGINX_ACME_ROOT: path.join(folder, "acme"),
    ...settings,
  });
  await writeFile(path.join(folder, "conf.d/besides.conf"), besides);
  const words = ["-p", folder, "-c", path.join(folder, "nginx.conf"), "-e", "stderr"];
  const own = `pid ${path.join(folder, "pid")};`;
  const said = await open(files.errors, "a");
  const child = await launch(program, [...words, "-g", `daemon off; ${own}`], said.fd);
  await said.close();
  await isUp(child, ports.plain).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await readFile(files.errors, "utf8")}`);
  });
  return {
    ports,
    ca: await readFile(path.join(folder, "ssl/ca.crt")),
    folder,
    lines: async () =>
      (await readFile(files.requests, "utf8"))
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as LogLine),
    errors: () => readFile(files.errors, "utf8"),
    check: async () => (await run(program, [...words, "-t", "-g", own])).stderr,
    signal: (name) => void child.kill(name),
    stop: async () => {
      const ended = child.exitCode === null && child.signalCode === null && once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As an operator without containers does it. */
async function writeConfiguration(folder: string, settings: Record<string, string>): Promise<void> {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  await mkdir(path.join(folder, "ssl"));
  const ssl = ["--out", path.join(folder, "ssl"), "shop.example"];
  await run("sh", [path.join(SOURCE, "ssl/generate-ssl.sh"), ...ssl]);
  await run("sh", [path.join(SOURCE, "render.sh"), folder], {
    env: { ...process.env, ...settings },
  });
  // Where a package of nginx keeps them is for one nginx only.
  await writeFile(
    path.join(folder, "conf.d/folders.conf"),
    temporary.map((name) => `${name}_temp_path ${path.join(folder, name)};\n`).join(""),
  );
}

async function launch(program: string, words: string[], output: number): Promise<ChildProcess> {
  // Where the system can, it ends with us however we end. SIGTERM: on SIGKILL it would leave its workers.
  const leash = process.platform === "linux" ? await programAt("setpriv") : undefined;
  const line = leash ? [leash, "--pdeathsig", "TERM", program, ...words] : [program, ...words];
  const [first = "", ...rest] = line;
  const child = spawn(first, rest, { stdio: ["ignore", output, output] });
  await once(child, "spawn");
  return child;
}

async function isUp(child: ChildProcess, port: number): Promise<void> {
  for (const until = Date.now() + START_LIMIT_MS; Date.now() < until; await sleep(10)) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}.`);
    const socket = connect(port, "127.0.0.1");
    const opened = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (opened) return;
  }
  child.kill("SIGTERM");
  throw new Error("nginx does not answer.");
}
