/** The Compose files, as Compose itself reads them, against what the system needs. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";
import { writeForCompose } from "../../operations/secrets/compose.ts";
import { DOMAINS } from "../../services/registry.ts";
import { composed, type Composed, type Service } from "./program.ts";

const run = promisify(execFile);
const BASE = "docker-compose.yml";
const NODES = ["gateway", "monitoring", ...DOMAINS];
const SETTINGS = { DOMAIN: "shop.example", ADMIN_EMAIL: "a@shop.example", ADMIN_PASSWORD: "x" };

let base: Composed;
beforeAll(async () => {
  base = await composed([BASE]);
}, 300_000);
const service = (name: string): Service => {
  const found = base.services[name];
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
};
const networksOf = (name: string) => Object.keys(service(name).networks ?? {});
const secretsOf = (name: string) => (service(name).secrets ?? []).map(({ source }) => source);

test.each([["dev"], ["prod"], ["test"]])(
  "docker-compose.%s.yml goes on top of the base",
  async (name) => {
    const both = await composed([BASE, `docker-compose.${name}.yml`], SETTINGS);
    expect(Object.keys(both.services)).toEqual(Object.keys(base.services));
  },
);

test("production asks for what it cannot guess, and always starts again", async () => {
  const files = [BASE, "docker-compose.prod.yml"];
  await expect(composed(files, { ADMIN_EMAIL: "a@b.example" })).rejects.toThrow(/DOMAIN/);
  await expect(composed(files, { DOMAIN: "shop.example" })).rejects.toThrow(/ADMIN_EMAIL/);
  const { services } = await composed(files, SETTINGS);
  const { operator: _, ...staying } = services;
  expect(Object.values(staying).map(({ restart }) => restart)).toEqual(
    Object.keys(staying).map(() => "always"),
  );
});

test("the door stands alone too, and asks where the bus is", async () => {
  const files = ["docker-compose.gateway.yml"];
  await expect(composed(files)).rejects.toThrow(/NATS_URL/);
  const { services, secrets } = await composed(files, { NATS_URL: "tls://bus.example:4222" });
  expect(Object.keys(services).toSorted()).toEqual(["gateway", "nginx"]);
  expect(Object.keys(secrets)).toContain("nats-ca");
});

test("the checker has nothing against any of them", async () => {
  const files = ["", ".dev", ".prod", ".test", ".gateway"].map((one) => `docker-compose${one}.yml`);
  await run("node_modules/.bin/dclint", files);
});

describe("every service of the system", () => {
  test.each(NODES)("%s is a container of its own, as many of it as wanted", (name) => {
    const { container_name, environment, image, ports, profiles } = service(name);
    expect({ container_name, ports, profiles }).toEqual({});
    expect(environment).toMatchObject({ SERVICES: name });
    expect(image).toMatch(/^comptoir:/);
    expect(networksOf(name)).toEqual(expect.arrayContaining(["microservices", "cache"]));
    expect(secretsOf(name)).toContain(`${name}-nkey`);
  });

  test.each(DOMAINS)("%s has a database that nobody else reaches", (name) => {
    const mine = `${name}-data`;
    const there = Object.keys(base.services).filter((one) => networksOf(one).includes(mine));
    expect(there.toSorted()).toEqual([name, `${name}-db`].toSorted());
    const holding = Object.keys(base.services).filter((one) =>
      secretsOf(one).some((it) => it.startsWith(`${name}-`) && /password|url/.test(it)),
    );
    expect(holding.toSorted()).toEqual([name, `${name}-db`].toSorted());
    const { command, environment } = service(`${name}-db`);
    expect(environment).toMatchObject({ POSTGRES_DB: name });
    expect(command).toEqual(
      expect.arrayContaining([
        "max_connections=200",
        "shared_buffers=256MB",
        "effective_cache_size=1GB",
      ]),
    );
  });
});

test("every container is confined, watched every 10 s, started again, and its log has an end", () => {
  for (const [name, it] of Object.entries(base.services)) {
    // Of nodes, the image says how they are watched.
    const ours = NODES.includes(name) || name === "operator";
    expect({ name, ...it }).toMatchObject({
      cap_drop: ["ALL"],
      read_only: true,
      restart: "on-failure",
      logging: { options: { "max-size": "10m", "max-file": "5" } },
      ...(!ours && { healthcheck: { interval: "10s" } }),
    });
  }
});

test("only the door is open to other machines", () => {
  const published = Object.entries(base.services).flatMap(([name, { ports = [] }]) =>
    ports.map((port) => `${name} ${typeof port === "string" ? port : JSON.stringify(port)}`),
  );
  const open = published.filter((line) => !line.includes("127.0.0.1"));
  expect(open.map((line) => line.split(" ")[0])).toEqual(["nginx", "nginx"]);
  // As the operators of the old systems know them.
  for (const port of [13_000, 15_433, 15_434, 9_090, 3_001])
    expect(published.some((line) => line.includes(String(port)))).toBe(true);
});

test("what the files refer to is made by `npm run compose:secrets`, twice the same", async () => {
  const folder = temporaryFolder("compose-secrets");
  await writeForCompose(folder);
  const files = Object.values(base.secrets).map(({ file }) => path.basename(file));
  const texts = await Promise.all(
    files.map((file) => readFile(path.join(folder, "compose", file), "utf8")),
  );
  expect(texts.every((text) => text.length >= 20)).toBe(true);
  await writeForCompose(folder);
  const again = await Promise.all(
    files.map((file) => readFile(path.join(folder, "compose", file), "utf8")),
  );
  expect(again).toEqual(texts);
});

test("files that are mounted are there", async () => {
  const mounted = Object.values(base.services)
    .flatMap(({ volumes = [] }) => volumes.map((one) => JSON.stringify(one)))
    .flatMap(
      (text) =>
        /(?:^"|"source":")([^":]*\/(?:nginx|nats|monitoring|k8s)\/[^":]+)/.exec(text)?.[1] ?? [],
    );
  expect(mounted.length).toBeGreaterThan(8);
  const { existsSync } = await import("node:fs");
  expect(mounted.filter((file) => !existsSync(file))).toEqual([]);
});

test("images are pinned, the bus at 2.12.6 or later", () => {
  const images = Object.values(base.services).map(({ image }) => image);
  expect(images.filter((image) => !/:v?\d+\.\d+/.test(image))).toEqual([]);
  const [, minor = 0, patch = 0] = /nats:2\.(\d+)\.(\d+)/.exec(images.join())?.map(Number) ?? [];
  expect(minor * 1_000 + patch).toBeGreaterThanOrEqual(12_006);
});
