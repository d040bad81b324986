/** A real Chromium: the one of this machine, else Debian's. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { programAt } from "../../runtime/servers/programs.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** @throws Error that says what to install, where we may not install it ourselves. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = (await found()) ?? (await installed());
  if (executablePath === undefined)
    throw new Error(
      "This test needs Chromium, and it is not on this machine. Install it (on Debian and Ubuntu: " +
        "apt-get install chromium; with Homebrew: brew install --cask chromium) and try again.",
    );
  // Chromium's own sandbox does not work for root, as tests run in containers.
  const chromiumSandbox = process.getuid?.() !== 0;
  return chromium.launch({ executablePath, chromiumSandbox });
}

async function found(): Promise<string | undefined> {
  const files = await Promise.all(NAMES.map(programAt));
  return files.find((file) => file !== undefined);
}

async function installed(): Promise<string | undefined> {
  const aptGet = await programAt("apt-get");
  if (process.getuid?.() !== 0 || !aptGet) return undefined;
  const run = promisify(execFile);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const backoff = ["-o", "DPkg::Lock::Timeout=120"];
  try {
    await run(aptGet, [...backoff, "update"], { env });
    await run(aptGet, [...backoff, "install", "-y", "--no-install-recommends", "chromium"], {
      env,
    });
  } catch {
    // No network, or no such package: the caller says what is missing.
  }
  return found();
}
