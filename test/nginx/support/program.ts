import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { programAt } from "../../../runtime/servers/programs.ts";
import { unpackedPackage } from "../../support/packages.ts";

const run = promisify(execFile);

/** The real nginx: this machine's own, or Debian's. @throws Error that says what to install */
export async function nginxProgram(): Promise<string> {
  const found = (await programAt("nginx")) ?? (await unpacked());
  if (found !== undefined) return found;
  throw new Error(
    "This needs the program nginx, and it is not on this machine. Install it (on Debian and Ubuntu: " +
      "apt-get install nginx-light; with Homebrew: brew install nginx) and try again.",
  );
}

async function unpacked(): Promise<string | undefined> {
  const folder = await unpackedPackage("nginx", { linked: true });
  if (folder === undefined) return undefined;
  const program = path.join(folder, "usr/sbin/nginx");
  return run(program, ["-v"]).then(
    () => program,
    () => undefined,
  );
}
