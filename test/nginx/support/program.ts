/** The real nginx: this machine's own, or Debian's package laid out in a folder, where nothing starts it. */
import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { programAt } from "../../../scripts/servers/programs.ts";

const run = promisify(execFile);
/** Kept between runs. */
const FOLDER = path.join(tmpdir(), `comptoir-test-nginx-${process.getuid?.() ?? 0}`);
const UNPACKED = path.join(FOLDER, "usr/sbin/nginx");

/** @throws Error that says what to install, where it cannot be had. */
export async function nginxProgram(): Promise<string> {
  const found = (await programAt("nginx")) ?? (await works(UNPACKED)) ?? (await unpacked());
  if (found) return found;
  throw new Error(
    "This needs the program nginx, and it is not on this machine. Install it (on Debian and Ubuntu: " +
      "apt-get install nginx-light; with Homebrew: brew install nginx) and try again.",
  );
}

async function works(program: string): Promise<string | undefined> {
  try {
    await run(program, ["-v"]);
    return program;
  } catch {
    return undefined;
  }
}

/** Installed in the usual way, the package would open port 80 of this machine to everybody. */
async function unpacked(): Promise<string | undefined> {
  const aptGet = await programAt("apt-get");
  if (!aptGet) return undefined;
  const folder = await mkdtemp(path.join(tmpdir(), "comptoir-test-nginx-new-"));
  try {
    const isRoot = process.getuid?.() === 0;
    const download = () => run(aptGet, ["download", "nginx"], { cwd: folder });
    await download().catch(async () => {
      if (isRoot) await run(aptGet, ["-o", "DPkg::Lock::Timeout=120", "update"]);
      await download();
    });
    const [file = ""] = (await readdir(folder)).filter((name) => name.endsWith(".deb"));
    const archive = path.join(folder, file);
    if (isRoot) await installLibraries(aptGet, archive);
    await run("dpkg", ["-x", archive, path.join(folder, "files")]);
    await mkdir(path.dirname(FOLDER), { recursive: true });
    // Whoever comes second finds that the first has put the same there.
    await rename(path.join(folder, "files"), FOLDER).catch(() => access(UNPACKED));
  } catch {
    // No network, or no such package: the caller says what is missing.
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return works(UNPACKED);
}

/** What nginx is linked with: libraries start nothing. */
async function installLibraries(aptGet: string, archive: string): Promise<void> {
  const { stdout } = await run("dpkg-deb", ["-f", archive, "Depends"]);
  const libraries = stdout.match(/\b(lib|zlib)[\w.+-]+/g) ?? [];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const words = ["-o", "DPkg::Lock::Timeout=120", "install", "-y", "--no-install-recommends"];
  await run(aptGet, [...words, ...libraries], { env });
}
