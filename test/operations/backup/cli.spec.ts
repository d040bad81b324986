/** The commands as an operator calls them: killed, misused, on a full disk, with containers. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { backupsIn } from "../../../operations/backup/folder.ts";
import { DOMAINS } from "../../../services/registry.ts";
import { server } from "./databases.ts";
import { type System, system } from "./system.ts";

const SERVICES = [...DOMAINS].sort();
/** So many that a backup of them takes long enough to be killed amid it. */
const EVENTS = 120_000;
const WITHIN_MS = 30_000;

let one: System;
beforeAll(async () => {
  one = await system();
  await one.sql(
    "orders",
    `insert into event (id, position, name, data)
       select gen_random_uuid(), n, 'x', jsonb_build_object('text', md5(n::text) || md5((n * 7)::text))
       from generate_series(1, ${EVENTS}) n;
     update feed_head set position = ${EVENTS}`,
  );
}, 90_000);
afterAll(() => one.end(), 60_000);

const into = (name: string) => path.join(one.dir, name);
const begin = (words: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, [...words], { env: { ...process.env, ...env }, stdio: "ignore" });
const run = (file: string, words: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    execFile(file, [...words], { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });
const node = (...words: string[]) => run(process.execPath, words);
const events = async () =>
  (await one.sql<{ n: number }>("orders", "select count(*)::int as n from event"))[0]?.n;

async function until(holds: () => Promise<boolean>): Promise<void> {
  const late = Date.now() + WITHIN_MS;
  while (!(await holds())) {
    if (Date.now() > late) throw new Error("It did not come to that.");
    await sleep(5);
  }
}
async function killed(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

test("a backup that is killed leaves nothing that looks like one, and nobody waiting", async () => {
  const words = ["operations/backup.ts", "--from", one.address, "--with", "copy"];
  const child = begin([...words, "--into", into("killed")]);
  await until(async () => (await readdir(into("killed")).catch(() => [])).length > 0);
  await killed(child);
  expect(child.signalCode).toBe("SIGKILL");
  expect(await backupsIn(into("killed"))).toEqual([]);
  await one.sql("orders", "update feed_head set position = position");
  const again = await node(...words, "--into", into("killed"));
  expect(again).toMatchObject({ code: 0 });
  expect(await readdir(into("killed"))).toHaveLength(1);
}, 90_000);

test("Prometheus is told when the last whole backup was made, and of no other", async () => {
  await mkdir(into("textfile"));
  const file = path.join(into("textfile"), "comptoir_backup.prom");
  const words = ["operations/backup.ts", "--from", one.address, "--into", into("told")];
  const part = await node(...words, "--only", "carts", "--metrics", file);
  expect([part.code, await readdir(into("textfile"))]).toEqual([0, []]);
  const before = Date.now() / 1_000;
  expect(await node(...words, "--metrics", file)).toMatchObject({ code: 0 });
  const figures = Object.fromEntries(
    [...(await readFile(file, "utf8")).matchAll(/^(\w+) (\S+)$/gm)].map(([, name = "", value]) => [
      name,
      Number(value),
    ]),
  );
  expect(Object.keys(figures)).toEqual([
    "comptoir_backup_last_success_timestamp_seconds",
    "comptoir_backup_last_size_bytes",
    "comptoir_backup_last_duration_seconds",
  ]);
  expect(figures.comptoir_backup_last_success_timestamp_seconds).toBeGreaterThan(before);
  expect(figures.comptoir_backup_last_size_bytes).toBeGreaterThan(EVENTS);
  const nowhere = await node(...words, "--metrics", path.join(into("nowhere"), "x.prom"));
  expect(nowhere).toMatchObject({
    code: 1,
    output: expect.stringContaining("no folder") as string,
  });
}, 60_000);

test("a restore that is killed has changed nothing, and can be done again", async () => {
  const folder = await one.backup();
  await one.sql("carts", "update feed_head set position = 77");
  const words = ["operations/restore.ts", "--to", one.address, "--force", folder];
  const child = begin(words);
  await until(async () => (await one.there()).includes("orders_restoring"));
  await killed(child);
  expect(await events()).toBe(EVENTS);
  expect(await one.sql("carts", "select position::int as at from feed_head")).toEqual([{ at: 77 }]);
  await until(async () => {
    const again = await node(...words);
    // The server may not have seen yet that the killed one is gone.
    return again.code === 0;
  });
  expect(await one.sql("carts", "select position::int as at from feed_head")).toEqual([{ at: 0 }]);
  await node("operations/restore.ts", "--to", one.address, "--forget");
  expect(await one.there()).toEqual(SERVICES);
}, 120_000);

test("where there is no room, nothing is left, and it is said", async () => {
  const backup = `${process.execPath} operations/backup.ts --from '${one.address}' --with copy`;
  const limited = `trap '' XFSZ; ulimit -f 200; exec ${backup} --into ${into("full")}`;
  const { code, output } = await run("sh", ["-c", limited]);
  expect({ code, output }).toEqual({
    code: 1,
    output: expect.stringMatching(/There is no room in .*; nothing was kept/) as string,
  });
  expect(await readdir(into("full"))).toEqual([]);
}, 60_000);

test.each([
  [["operations/backup.ts", "--keep", "0"], '--keep must be a whole number from 1 on, not "0".'],
  [["operations/backup.ts", "--kep", "3"], "Unknown option '--kep'"],
  [["operations/backup.ts", "--only", "sales"], "There is no service sales; there are carts, "],
  [["operations/backup.ts", "--from", "postgres://x/y"], "must have {service} in it"],
  [["operations/backup.ts"], "There is no company in "],
  [["operations/backup.ts", "--verify", "--into", "/nowhere"], "There are no backups in /nowhere."],
  [["operations/restore.ts"], "npm run restore -- --list"],
  [["operations/restore.ts", "--from", "/nowhere", "--list"], "There are no backups in /nowhere."],
])("%j is answered with a sentence", async (words, sentence) => {
  const { output } = await node(...words);
  expect(output).toContain(sentence);
  expect(output).not.toContain("    at ");
});

/** As `docker inspect` answers for a Postgres of Docker Compose; what we do not look at is left out. */
const inspected = (service: string, project: string) => {
  const { port, password } = new URL(server());
  const name = path.basename(one.urlOf(service));
  return {
    Id: `${project}${service}`.padEnd(64, "0"),
    Name: `/${project}-${service}-db-1`,
    State: { Status: "running", Running: true },
    Config: {
      Image: "postgres:18",
      Env: [
        "POSTGRES_USER=postgres",
        `POSTGRES_PASSWORD=${password}`,
        `POSTGRES_DB=${name}`,
      ].concat("PG_MAJOR=18"),
      ExposedPorts: { "5432/tcp": {} },
      Labels: {
        "com.docker.compose.project": project,
        "com.docker.compose.service": `${service}-db`,
      },
    },
    NetworkSettings: {
      Ports: { "5432/tcp": [{ HostIp: "0.0.0.0", HostPort: port }] },
      Networks: { [`${project}_orders`]: { IPAddress: "172.18.0.2" } },
    },
  };
};

/** A program that answers as Docker does: this machine need not have any. */
async function fakeDocker(containers: readonly { Id: string }[]): Promise<NodeJS.ProcessEnv> {
  const bin = path.join(one.dir, "bin");
  await mkdir(bin, { recursive: true });
  const ids = containers.map(({ Id }) => Id).join("\n");
  await writeFile(path.join(bin, "ids"), ids === "" ? "" : `${ids}\n`);
  await writeFile(path.join(bin, "inspected.json"), JSON.stringify(containers));
  const script = `#!/bin/sh
case "$1 $2 $3" in
  "ps --quiet --no-trunc") cat "${bin}/ids" ;;
  "inspect --type=container"*) cat "${bin}/inspected.json" ;;
  *) echo "unknown command: $*" >&2; exit 1 ;;
esac
`;
  await writeFile(path.join(bin, "docker"), script);
  await chmod(path.join(bin, "docker"), 0o755);
  return { PATH: `${bin}:${process.env.PATH}` };
}
const shell = (script: string, words: readonly string[], env: NodeJS.ProcessEnv) =>
  run(`infrastructure/backup/${script}`, words, env);

const redis = {
  Id: "redis".padEnd(64, "0"),
  Name: "/comptoir-redis-1",
  Config: { Image: "redis:8", Env: null, Labels: null, ExposedPorts: { "6379/tcp": {} } },
  NetworkSettings: { Ports: {}, Networks: {} },
};

test("databases in containers are found, backed up and restored by the shell scripts", async () => {
  const env = await fakeDocker([
    redis,
    ...SERVICES.map((service) => inspected(service, "comptoir")),
  ]);
  const visible = await shell("detect-containers.sh", [], env);
  expect(visible.output).toContain("7 databases, in containers:");
  expect(visible.output).toMatch(/orders +127\.0\.0\.1:\d+\/b_\w+_orders +comptoir-orders-db-1/);

  const made = await shell("backup-docker.sh", ["--into", into("containers")], env);
  expect(made).toMatchObject({ code: 0 });
  const [backup] = await backupsIn(into("containers"));
  expect(backup?.name).toMatch(/^\d{8}_\d{6}$/);
  const listed = await shell("restore-docker.sh", ["--list", "--from", into("containers")], env);
  expect(listed.output).toContain(backup?.name);

  const folder = backup?.folder ?? "";
  const refused = await shell("restore-docker.sh", [folder], env);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.output).toContain("To replace it, say so with --force");
  await one.sql("orders", "truncate saga");
  expect(await shell("restore-docker.sh", ["--force", folder], env)).toMatchObject({ code: 0 });
  expect(await events()).toBe(EVENTS);
  await one.forget();
}, 120_000);

test("two projects on one machine are told apart, or asked for", async () => {
  const both = ["shop", "other"].flatMap((project) =>
    SERVICES.map((service) => inspected(service, project)),
  );
  const env = await fakeDocker(both);
  const asked = await shell("detect-containers.sh", [], env);
  expect(asked.output).toContain(
    "Several containers hold carts: shop-carts-db-1, other-carts-db-1.",
  );
  const published = await shell("detect-containers.sh", ["--project", "shop"], env);
  expect(published.output).toContain("shop-carts-db-1");
});

test("where Docker has no containers, or does not answer, it is said", async () => {
  const none = await shell("detect-containers.sh", ["--from", one.address], await fakeDocker([]));
  expect(none.output).toContain("No container here holds a database of ours; looking elsewhere.");
  expect(none.output).toContain("7 databases, by their addresses:");
  const env = await fakeDocker([]);
  await writeFile(
    path.join(one.dir, "bin", "docker"),
    "#!/bin/sh\necho 'Cannot connect to the Docker daemon.' >&2; exit 1\n",
  );
  const silent = await shell("detect-containers.sh", [], env);
  expect(silent).toEqual({
    code: 1,
    output:
      "Docker does not answer: Cannot connect to the Docker daemon. " +
      "For databases that are in no container: npm run backup, npm run restore.\n",
  });
});
