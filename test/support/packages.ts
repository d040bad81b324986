/**
 * Debian's packages, laid out in a folder and not installed: in the usual way a server would be
 * started, and open its port to everybody. They are kept between runs.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { programAt } from "../../runtime/servers/programs.ts";

const run = promisify(execFile);
const KEPT = path.resolve("node_modules/.cache/comptoir-packages");
const PATIENCE = ["-o", "DPkg::Lock::Timeout=120"];

/**
 * Answers the folder with the package's files, or undefined where it cannot be had. Any number may
 * ask at once. `linked`: installs the libraries that it is linked with, which start nothing.
 */
export async function unpackedPackage(
  debian: string,
  { linked = false } = {},
): Promise<string | undefined> {
  const retained = path.join(KEPT, debian);
  if (!existsSync(retained)) await unpack(debian, retained, linked);
  return existsSync(retained) ? retained : undefined;
}

async function unpack(debian: string, retained: string, linked: boolean): Promise<void> {
  const aptGet = await programAt("apt-get");
  if (!aptGet) return;
  await mkdir(KEPT, { recursive: true });
  const folder = await mkdtemp(path.join(KEPT, "new-"));
  const isRoot = process.getuid?.() === 0;
  try {
    const download = () => run(aptGet, ["download", debian], { cwd: folder });
    await download().catch(async () => {
      if (isRoot) await run(aptGet, [...PATIENCE, "update"]);
      await download();
    });
    const [file = ""] = (await readdir(folder)).filter((name) => name.endsWith(".deb"));
    const archive = path.join(folder, file);
    if (linked && isRoot) await installLibraries(aptGet, archive);
    const files = path.join(folder, "files");
    await run("dpkg", ["-x", archive, files]);
    // A concurrent process may have put the same files there first.
    await rename(files, retained).catch(() => undefined);
  } catch {
    // No network, or no such package: the caller says what is missing.
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function installLibraries(aptGet: string, archive: string): Promise<void> {
  const { stdout } = await run("dpkg-deb", ["-f", archive, "Depends"]);
  const libraries = stdout.match(/\b(lib|zlib)[\w.+-]+/g) ?? [];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run(aptGet, [...PATIENCE, "install", "-y", "--no-install-recommends", ...libraries], {
    env,
  });
}
