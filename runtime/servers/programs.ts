/** Programs that tests need and npm does not have: found on this machine, else installed. */
import { execFile } from "node:child_process";
import { access, constants, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { isAlive } from "../postgres/postmaster.ts";

const run = promisify(execFile);
const PACKAGES = ["nats-server", "redis-server"];
const LOCK = path.join(tmpdir(), "comptoir-test-install.lock");
const ABANDONED_MS = 10_000;

/** Returns the path of a program, or undefined; PATH often lacks Debian's servers' folders. */
export async function programAt(name: string): Promise<string | undefined> {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  for (const folder of [...folders, "/usr/local/bin", "/usr/bin", "/usr/sbin"]) {
    const file = path.join(folder, name);
    const usable = await access(file, constants.X_OK).then(
      () => folder !== "",
      () => false,
    );
    if (usable) return file;
  }
  return undefined;
}

/** @throws Error that says what to install, where we may not install it ourselves. */
export async function findProgram(name: string): Promise<string> {
  const found = (await programAt(name)) ?? (await installed(name));
  if (found) return found;
  throw new Error(
    `This needs the program ${name}, and it is not on this machine. Install it ` +
      `(on Debian and Ubuntu: apt-get install ${PACKAGES.join(" ")}; with Homebrew: ` +
      "brew install nats-server redis) and try again.",
  );
}

/** All that the tests need at once; the workers of a test run wait for the first who does so. */
async function installed(name: string): Promise<string | undefined> {
  const aptGet = await programAt("apt-get");
  if (process.getuid?.() !== 0 || !aptGet) return undefined;
  await acquireLock();
  try {
    const meanwhile = await programAt(name);
    if (meanwhile) return meanwhile;
    // At this run level Debian's packages install their server without starting it.
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
    const backoff = ["-o", "DPkg::Lock::Timeout=120"];
    await run(aptGet, [...backoff, "update"], { env });
    await run(aptGet, [...backoff, "install", "-y", "--no-install-recommends", ...PACKAGES], {
      env,
    });
  } catch {
    // No network, or no such package: the caller says what is missing.
  } finally {
    await rm(LOCK, { recursive: true, force: true });
  }
  return programAt(name);
}

/** A folder is made by exactly one; whose maker is dead, or long past, is up for the next. */
async function acquireLock(): Promise<void> {
  const maker = path.join(LOCK, "pid");
  for (;;) {
    try {
      await mkdir(LOCK);
      await writeFile(maker, String(process.pid));
      return;
    } catch {
      const pid = Number(await readFile(maker, "utf8").catch(() => ""));
      const madeAt = await stat(LOCK).then(
        (lock) => lock.mtimeMs,
        () => Date.now(),
      );
      const abandoned = pid > 0 ? !isAlive(pid) : Date.now() - madeAt > ABANDONED_MS;
      if (abandoned) await rm(LOCK, { recursive: true, force: true });
      else await sleep(200);
    }
  }
}
