/** The files of the project: those that git keeps, and those that it would. */
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";

const MAX_BYTES = 64 * 2 ** 20;

/** Names in `folder`, a checkout. @throws Error where git is not there or knows no checkout */
export function projectFiles(folder: string): string[] {
  const arguments_ = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", arguments_, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: MAX_BYTES,
  });
  // A file that was removed and not yet committed is still listed; a submodule is listed as a folder.
  return [...new Set(listed.split("\0"))].filter(
    (name) => statSync(path.join(folder, name), { throwIfNoEntry: false })?.isFile() === true,
  );
}

/** Undefined for what is no text. */
export function textOf(file: string): string | undefined {
  const bytes = readFileSync(file);
  return bytes.subarray(0, 8_192).includes(0) ? undefined : bytes.toString("utf8");
}
