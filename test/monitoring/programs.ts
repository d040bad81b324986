/**
 * Prometheus, its promtool and its exporters: found on this machine, else taken out of Debian's
 * packages without installing them, so that no daemon is started.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { programAt } from "../../scripts/servers/programs.ts";

export const run = promisify(execFile);

/** By the names that the programs have, Debian's package. */
const PACKAGES = {
  promtool: "prometheus",
  prometheus: "prometheus",
  "prometheus-node-exporter": "prometheus-node-exporter",
  "prometheus-blackbox-exporter": "prometheus-blackbox-exporter",
} as const;
export type Program = keyof typeof PACKAGES;

/** @throws Error that says what to install, where it cannot be had. */
export async function prometheusProgram(name: Program): Promise<string> {
  const debian = PACKAGES[name];
  const kept = path.join(tmpdir(), `comptoir-test-${debian}`);
  const file = path.join(kept, "usr/bin", name);
  const found = await programAt(name);
  if (found !== undefined) return found;
  if (!existsSync(file)) await unpack(debian, kept);
  if (existsSync(file)) return file;
  throw new Error(
    `This test needs ${name}. Install it (on Debian and Ubuntu: apt-get install ${debian}; ` +
      `with Homebrew: brew install ${debian}) and try again.`,
  );
}

/** Two who do it at once each do it in a folder of their own; the first to end is kept. */
async function unpack(debian: string, kept: string): Promise<void> {
  if (!(await programAt("apt-get"))) return;
  const folder = await mkdtemp(path.join(tmpdir(), "comptoir-test-unpack-"));
  const debs = path.join(folder, "debs");
  const tree = path.join(folder, "tree");
  await mkdir(debs);
  try {
    await run("apt-get", ["download", debian], { cwd: debs }).catch(async () => {
      await run("apt-get", ["update"]);
      return run("apt-get", ["download", debian], { cwd: debs });
    });
    const [deb = ""] = await readdir(debs);
    await run("dpkg", ["-x", path.join(debs, deb), tree]);
    await rename(tree, kept).catch(() => undefined);
  } catch {
    // No network, or no such package: the caller says what is missing.
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
