/**
 * Prometheus and its promtool: found on this machine, else taken out of Debian's package without
 * installing it, so that no daemon is started.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { programAt } from "../../scripts/servers/programs.ts";

export const run = promisify(execFile);

const KEPT = path.join(tmpdir(), "comptoir-test-prometheus");

/** @throws Error that says what to install, where it cannot be had. */
export async function prometheusProgram(name: "promtool" | "prometheus"): Promise<string> {
  const file = path.join(KEPT, "usr/bin", name);
  const found = (await programAt(name)) ?? (existsSync(file) ? file : await unpacked(file));
  if (found !== undefined) return found;
  throw new Error(
    `This test needs ${name}. Install Prometheus (on Debian and Ubuntu: apt-get install ` +
      "prometheus; with Homebrew: brew install prometheus) and try again.",
  );
}

/** Two who do it at once each do it in a folder of their own; the first to end is kept. */
async function unpacked(file: string): Promise<string | undefined> {
  if (!(await programAt("apt-get"))) return undefined;
  const folder = await mkdtemp(path.join(tmpdir(), "comptoir-test-unpack-"));
  const debs = path.join(folder, "debs");
  const tree = path.join(folder, "tree");
  await mkdir(debs);
  try {
    await run("apt-get", ["download", "prometheus"], { cwd: debs }).catch(async () => {
      await run("apt-get", ["update"]);
      return run("apt-get", ["download", "prometheus"], { cwd: debs });
    });
    const [deb = ""] = await readdir(debs);
    await run("dpkg", ["-x", path.join(debs, deb), tree]);
    await rename(tree, KEPT).catch(() => undefined);
  } catch {
    // No network, or no such package: the caller says what is missing.
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return existsSync(file) ? file : undefined;
}
