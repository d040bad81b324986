/** An import whose node is killed goes on elsewhere, to the same end; and memory stays flat. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { Armoury } from "../../support/armoury.ts";
import { dropDatabases, giveDatabase } from "../../support/test-databases.ts";

const folder = mkdtempSync(path.join(tmpdir(), "comptoir-import-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await dropDatabases();
});

const HEADER =
  "Handle,Title,Body (HTML),Published,Option1 Name,Option1 Value,Variant SKU,Variant Price";
/** Two rows a product, the second of every tenth without a price: a fault each. */
function fileOf(lines: number, name: string): string {
  const rows = Array.from({ length: lines }, (_, n) => {
    const [p, second] = [Math.floor(n / 2), n % 2 === 1];
    const price = second && p % 10 === 0 ? "" : `${1 + (p % 90)}.50`;
    return second
      ? `p-${p},,,,,L,SKU-${p}-L,${price}`
      : `p-${p},Product ${p},<p>${"Words of a description. ".repeat(20)}</p>,true,Size,S,SKU-${p}-S,${price}`;
  });
  const where = path.join(folder, name);
  writeFileSync(where, [HEADER, ...rows, ""].join("\n"));
  return where;
}

/** Runs a node until it has ended or was killed; tells the signal or the exit code. */
async function node(
  words: readonly string[],
  { url, armoury, heapMb }: { url: string; armoury?: Armoury; heapMb?: number },
): Promise<string | number> {
  const flags = heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`];
  const script = path.resolve("test/services/catalog/importing-node.ts");
  const child = spawn(process.execPath, ["--no-warnings", ...flags, script, ...words], {
    env: {
      ...process.env,
      CATALOG_DATABASE_URL: url,
      ...armoury?.environment,
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return signal ?? code ?? 0;
}

async function withDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
/** All that the import should have done, without ids and moments. */
const stateOf = (url: string) =>
  withDatabase(url, async (client) => {
    const rowsOf = async (text: string) => (await client.query<object>(text)).rows;
    return {
      job: await rowsOf(
        `select state, items, line, created, updated, unchanged, errors, warnings from import_job`,
      ),
      issues: await rowsOf("select n, line, field, code, value from import_fault order by n"),
      chunks: await rowsOf("select count(*) from import_chunk"),
      products: await rowsOf(
        "select handle, title_fr, version, price_minor, fingerprint from product order by handle",
      ),
      variants: await rowsOf("select sku, position, price_minor from variant order by sku"),
      events: await rowsOf("select name, count(*) from event group by name order by name"),
    };
  });
/** A killed node's hold lasts for seconds; that it ends by itself is tested below. */
const lapse = (url: string) =>
  withDatabase(url, (client) =>
    client.query("update import_job set lease_until = now() where state = 'running'"),
  );

const armouryOf = (name: string) => new Armoury(path.join(folder, name));
/** The commits of an import, as `armoury` has them on record: when a batch is done, when it ends. */
const commitsIn = (armoury: Armoury) =>
  [...new Set(armoury.recorded().split("\n"))].filter((point) =>
    point.startsWith("commit.catalog.importing."),
  );

test("killed before and after every commit, again and again, the end is the same as without", async () => {
  const file = fileOf(4_000, "kills.csv");
  const calm = await giveDatabase("catalog");
  const armoury = armouryOf("kills");
  expect(await node([file], { url: calm, armoury })).toBe(0);
  const wanted = await stateOf(calm);
  expect(wanted.job).toMatchObject([{ state: "done", created: 2000, errors: 200 }]);
  const points = commitsIn(armoury);
  expect(points.length).toBeGreaterThanOrEqual(2);

  const url = await giveDatabase("catalog");
  // Twice: a batch that was half done is taken up again, and again.
  for (const [n, point] of [...points, ...points].entries()) {
    armoury.arm(point);
    expect([point, await node(n === 0 ? [file] : [], { url, armoury })]).toEqual([
      point,
      "SIGKILL",
    ]);
    await lapse(url);
  }
  expect(await node([], { url, armoury })).toBe(0);
  expect(await stateOf(url)).toEqual(wanted);
}, 120_000);

test("what a killed node held is free again by itself", async () => {
  const file = fileOf(1_000, "lease.csv");
  const armoury = armouryOf("lease");
  expect(await node([file], { url: await giveDatabase("catalog"), armoury })).toBe(0);
  const after = commitsIn(armoury).find((point) => point.includes(".after"));
  const url = await giveDatabase("catalog");
  armoury.arm(after ?? "none");
  expect(await node([file], { url, armoury })).toBe("SIGKILL");
  expect(await node([], { url })).toBe(0);
  expect((await stateOf(url)).job).toMatchObject([{ state: "done", created: 500 }]);
}, 60_000);

test("20,000 lines are taken over in 96 MB, the broker and its libraries included", async () => {
  const file = fileOf(20_000, "large.csv");
  const url = await giveDatabase("catalog");
  expect(await node([file], { url, heapMb: 96 })).toBe(0);
  expect((await stateOf(url)).job).toMatchObject([{ state: "done", created: 10_000 }]);
}, 180_000);
