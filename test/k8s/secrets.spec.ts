/** What the manifests refer to exists with the keys that they ask for, and a node makes sense of it. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { secretsFrom } from "../../operations/secrets/secrets.ts";
import { DOMAINS } from "../../services/registry.ts";
import { busCertificate } from "./support/bus-certificates.ts";
import { prepare } from "./support/kubelet.ts";
import { type Manifest, nameOf, ofKind } from "./support/manifests.ts";
import { type Overlay, overlayOf } from "./support/overlay.ts";
import { documentsOf } from "./support/render.ts";

const run = promisify(execFile);
let folder: string;
let overlay: Overlay;
let secrets: Manifest[];
let everything: Manifest[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "comptoir-k8s-secrets-"));
  // The one with the demo company's job, which has an operator's key.
  overlay = await overlayOf("dev");
  secrets = await secretsFrom(path.join(folder, "kept"), "comptoir-dev");
  everything = [...overlay.all, ...secrets, await busCertificate(overlay.all)];
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const referredTo = ({ workloads }: Overlay): string[] => {
  const names = workloads.flatMap(({ pod }) =>
    (pod.volumes ?? []).flatMap(
      ({ secret, configMap }) => secret?.secretName ?? configMap?.name ?? [],
    ),
  );
  return [...new Set(names)].sort();
};

test("every pod finds all that it refers to", async () => {
  const root = path.join(folder, "all");
  for (const workload of overlay.workloads)
    prepare(workload, everything, { root: path.join(root, workload.name) });
  expect(await readdir(root)).toHaveLength(overlay.workloads.length);
});

test("nothing is made that nobody refers to", () => {
  const made = ofKind(secrets, "Secret").map(nameOf);
  expect(made.filter((name) => !referredTo(overlay).includes(name))).toEqual([]);
  expect(new Set(made).size).toBe(made.length);
});

test("no secret stands in the manifests themselves", async () => {
  for (const name of ["prod", "dev"])
    expect(ofKind((await overlayOf(name)).all, "Secret")).toEqual([]);
});

test("the example shows each kind with the keys that it has", () => {
  const visible = documentsOf(readFileSync("k8s/secrets.example.yaml", "utf8"));
  const keys = (one: Manifest) =>
    Object.keys((one.kind === "Secret" ? one.stringData : (one as { data?: object }).data) ?? {});
  for (const example of visible) {
    const real = secrets.find(
      (one) => one.kind === example.kind && nameOf(one) === nameOf(example),
    );
    expect([nameOf(example), real && keys(real)]).toEqual([nameOf(example), keys(example)]);
  }
  const kinds = (all: readonly Manifest[]) => [
    ...new Set(all.map((one) => nameOf(one).replace(/^(?!nats)\w+-/, "*-"))),
  ];
  expect(kinds(visible).sort()).toEqual(kinds(secrets).sort());
});

describe("the secrets", () => {
  const passwords = (all: readonly Manifest[]) =>
    ofKind(all, "Secret").flatMap(({ stringData = {} }) => Object.values(stringData));

  test("are kept: made again, they are the same, and what is missing is made", async () => {
    const retained = path.join(folder, "kept");
    expect(await secretsFrom(retained, "comptoir-dev")).toEqual(secrets);
    await rm(path.join(retained, "redis"));
    const again = await secretsFrom(retained, "comptoir-dev");
    const changed = again.filter((one, i) => JSON.stringify(one) !== JSON.stringify(secrets[i]));
    expect(changed.map(nameOf)).toEqual(["comptoir", "redis"]);
  });

  test("differ from each other and from those of another house, and only their owner reads them", async () => {
    const files = await readdir(path.join(folder, "kept"), { withFileTypes: true });
    const modes = await Promise.all(
      files.map((file) =>
        stat(path.join(file.parentPath, file.name)).then(({ mode }) => mode & 0o077),
      ),
    );
    expect(modes.filter((mode, i) => files[i]?.isFile() && mode !== 0)).toEqual([]);
    expect((await stat(path.join(folder, "kept"))).mode & 0o777).toBe(0o700);
    const mine = passwords(secrets);
    expect(new Set(mine).size).toBe(mine.length);
    const others = passwords(await secretsFrom(path.join(folder, "other"), "x"));
    expect(others.filter((one) => mine.includes(one))).toEqual([]);
  });

  test("of tokens may be several, so that a new one comes in before the old one goes", async () => {
    const folderOfTwo = path.join(folder, "two");
    await secretsFrom(folderOfTwo, "x");
    const two = `${"new".repeat(22)},${"old".repeat(22)}`;
    await writeFile(path.join(folderOfTwo, "jwt"), `${two}\n`);
    const [tokens] = ofKind(await secretsFrom(folderOfTwo, "x"), "Secret");
    expect(tokens?.stringData?.["jwt-secret"]).toBe(two);
  });

  test("of a folder that was spoilt are refused with a sentence", async () => {
    const spoilt = path.join(folder, "spoilt");
    await secretsFrom(spoilt, "x");
    await writeFile(path.join(spoilt, "redis"), "a p@ssword: with signs/");
    await expect(secretsFrom(spoilt, "x")).rejects.toThrow(/redis must hold 20 or more letters/);
  });
});

/** What config.ts makes of the environment of a pod. */
const READ = `
  const { config, databaseUrl, ownerDatabaseUrl } = await import("./config.ts");
  const [service] = config.services;
  const has = config.database.url !== undefined;
  console.log(JSON.stringify({ ...config,
    url: has && databaseUrl(service), ownerUrl: has && ownerDatabaseUrl(service) }));`;

test("every node reads its settings, and finds itself, the bus and its own database in them", async () => {
  for (const node of overlay.nodes) {
    const { env } = prepare(node, everything, { root: path.join(folder, node.name) });
    const words = ["--input-type=module", "--eval", READ];
    const { PATH } = process.env;
    const { stdout } = await run(process.execPath, words, { env: { ...env, PATH } });
    const config = JSON.parse(stdout) as Record<string, never>;
    expect(config).toMatchObject({
      mode: "production",
      services: [node.name],
      nodeId: expect.stringMatching(new RegExp(`^${node.name}-`)),
      http: { host: "0.0.0.0", port: 3000, trustedProxies: 1 },
      metrics: { host: "0.0.0.0", port: 3030, anyPort: false },
      bus: {
        url: "tls://nats:4222",
        seed: expect.stringMatching(/^SU\w{56}$/),
        ca: expect.stringContaining("BEGIN CERTIFICATE"),
      },
      redis: { url: expect.stringMatching(/^redis:\/\/comptoir:[\w-]{20,}@redis:6379$/) },
    });
    expect([config.url, config.ownerUrl]).toEqual(databasesOf(node.name));
  }
}, 60_000);

/** None, for services without. */
function databasesOf(service: string): unknown[] {
  if (!DOMAINS.includes(service)) return [false, false];
  const url = (role: string) =>
    new RegExp(`^postgres://${role}:[\\w-]{20,}@${service}-postgres:5432/${service}$`);
  return [service, `${service}_owner`].map((role): unknown => expect.stringMatching(url(role)));
}
