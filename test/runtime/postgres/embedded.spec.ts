import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { freePort } from "../../../runtime/postgres/launch.ts";
import { isAlive } from "../../../runtime/postgres/postmaster.ts";
import { asRoot, cleanUp, newFolder, setting, sql, start, starter } from "./support.ts";

const NOBODY = 65_534;

afterEach(cleanUp);

test("the first start makes a durable UTF-8 database with checksums", async () => {
  const postgres = await start({ dir: await newFolder(), durable: true });
  const url = postgres.url("postgres");
  expect(await setting(url, "server_version")).toMatch(/^18\./);
  expect(await setting(url, "server_encoding")).toBe("UTF8");
  expect(await setting(url, "data_checksums")).toBe("on");
  expect(await setting(url, "fsync")).toBe("on");
  expect(await setting(url, "synchronous_commit")).toBe("on");
  expect(await setting(url, "max_connections")).toBe("200");
  expect(await sql(url, "select lower('ÉTÉ') as word")).toEqual([{ word: "été" }]);
  await postgres.stop();
});

test("the second start finds the same data on the same port", async () => {
  const dir = await newFolder();
  const first = await start({ dir });
  await sql(first.url("postgres"), "create table kept as select 42 as answer");
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);

  const second = await start({ dir });
  expect(second.port).toBe(first.port);
  expect(await sql(second.url("postgres"), "select answer from kept")).toEqual([{ answer: 42 }]);
  await second.stop();
  await second.stop();
});

test("the password is random, asked for, and readable by its owner only", async () => {
  const [dir, other] = [await newFolder(), await newFolder()];
  const [one, two] = [await start({ dir }), await start({ dir: other })];
  expect(one.password).toMatch(/^[\w-]{32}$/);
  expect(one.password).not.toBe(two.password);
  expect((await stat(path.join(dir, "password"))).mode & 0o777).toBe(0o600);
  expect((await stat(path.join(dir, "data"))).mode & 0o077).toBe(0);
  const wrong = one.url("postgres").replace(one.password, two.password);
  await expect(sql(wrong, "select 1")).rejects.toMatchObject({ code: "28P01" });
  await Promise.all([one.stop(), two.stop()]);
});

test("nothing listens beyond 127.0.0.1, and there is no Unix socket", async () => {
  const postgres = await start({ dir: await newFolder() });
  expect(await setting(postgres.url("postgres"), "listen_addresses")).toBe("127.0.0.1");
  expect(await setting(postgres.url("postgres"), "unix_socket_directories")).toBe("");
  const LOOPBACK = "0100007F";
  expect((await listenersOn(postgres.port)).filter((address) => address !== LOOPBACK)).toEqual([]);
  await postgres.stop();
});

test("the port that is asked for is used; when another program has it, that is said", async () => {
  const dir = await newFolder();
  const port = await freePort();
  const postgres = await start({ dir, port });
  expect(postgres.port).toBe(port);
  await postgres.stop();

  const squatter = createServer().listen(port, "127.0.0.1");
  await once(squatter, "listening");
  try {
    await expect(start({ dir, port })).rejects.toThrow(`Another program listens on port ${port}.`);
    // Nobody insists on the port that was kept: another one does as well.
    const elsewhere = await start({ dir });
    expect(elsewhere.port).not.toBe(port);
    await elsewhere.stop();
  } finally {
    squatter.close();
  }
});

test("of two starts at once on a new folder, one gets it and the other is told so", async () => {
  const dir = await newFolder();
  const [first, second] = await Promise.allSettled([start({ dir }), start({ dir })]);
  const won = [first, second].flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const lost = [first, second].flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(won).toHaveLength(1);
  expect(String(lost[0])).toMatch(/in use by another process/);
  expect(await readdir(dir)).toEqual(["data", "password", "port", "postgres.log"]);
  await won[0]?.stop();
});

test("a folder that a running process owns is refused, and its server goes on", async () => {
  const dir = await newFolder();
  const { url, pid } = await starter(dir);
  await expect(start({ dir })).rejects.toThrow("Stop that one first");
  expect(isAlive(pid)).toBe(true);
  expect(await sql(url, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("without its password or its data, a folder is refused instead of made anew", async () => {
  const dir = await newFolder();
  await (await start({ dir })).stop();
  await rename(path.join(dir, "password"), path.join(dir, "kept"));
  await expect(start({ dir })).rejects.toThrow("Put that file back.");
  await rename(path.join(dir, "kept"), path.join(dir, "password"));
  await (await start({ dir })).stop();
});

if (asRoot) {
  test("started by root, the server runs as somebody else, who owns the data only", async () => {
    const dir = await newFolder();
    const postgres = await start({ dir });
    const { uid } = await stat(path.join(dir, "data"));
    expect(uid).not.toBe(0);
    expect((await stat(`/proc/${postgres.pid}`)).uid).toBe(uid);
    expect((await stat(dir)).uid).toBe(0);
    expect((await stat(path.join(dir, "password"))).uid).toBe(0);
    await postgres.stop();
  });

  test("started by somebody who is not root, the server runs as them", async () => {
    const parent = await newFolder();
    await chmod(parent, 0o777);
    const { child, pid, url } = await starter(path.join(parent, "database"), NOBODY);
    expect((await stat(`/proc/${pid}`)).uid).toBe(NOBODY);
    expect(await sql(url, "select 1 as one")).toEqual([{ one: 1 }]);
    child.stdin?.end();
    await once(child, "exit");
    expect(isAlive(pid)).toBe(false);

    // What they have made, root may run, as them and nobody else.
    const postgres = await start({ dir: path.join(parent, "database") });
    expect((await stat(`/proc/${postgres.pid}`)).uid).toBe(NOBODY);
    await postgres.stop();
    await rm(path.join(parent, "database"), { recursive: true });
  });

  test("in a folder that the server's user cannot reach, the data lies where it can", async () => {
    const closed = await newFolder();
    const dir = path.join(closed, "inner", "database");
    await mkdir(path.dirname(dir), { mode: 0o700 });
    const first = await start({ dir });
    const data = await realpath(path.join(dir, "data"));
    try {
      expect(data.startsWith(closed)).toBe(false);
      await first.stop();
      await (await start({ dir })).stop();
      await rename(data, `${data}.away`);
      await expect(start({ dir })).rejects.toThrow("leads to a folder that is not there");
    } finally {
      await first.stop();
      await rm(path.dirname(data), { recursive: true });
    }
  });
}

/** The addresses, as the kernel writes them, of whatever listens on `port`, IPv4 and IPv6. */
async function listenersOn(port: number): Promise<string[]> {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].map((file) => readFile(file, "utf8"));
  const rows = (await Promise.all(tables.map((table) => table.catch(() => ""))))
    .flatMap((table) => table.split("\n"))
    .map((row) => row.trim().split(/\s+/));
  const LISTENS = "0A";
  return rows
    .filter(
      ([, local, , state]) =>
        state === LISTENS && parseInt(local?.split(":")[1] ?? "", 16) === port,
    )
    .map(([, local]) => local?.split(":")[0] ?? "");
}
