/** Prometheus, its promtool and its exporters: this machine's own, or Debian's. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { programAt } from "../../runtime/servers/programs.ts";
import { unpackedPackage } from "../support/packages.ts";

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
  const found = await programAt(name);
  if (found !== undefined) return found;
  const debian = PACKAGES[name];
  const folder = await unpackedPackage(debian);
  const file = path.join(folder ?? "", "usr/bin", name);
  if (folder !== undefined && existsSync(file)) return file;
  throw new Error(
    `This test needs ${name}. Install it (on Debian and Ubuntu: apt-get install ${debian}; ` +
      `with Homebrew: brew install ${debian}) and try again.`,
  );
}
