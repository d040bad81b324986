import { cpSync, symlinkSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";
import { projectFiles } from "../../tools/supply/files.ts";

/** A copy of all that is ours, in which a test may change files. */
export function copiedProject(name: string): string {
  const copy = temporaryFolder(name);
  for (const file of projectFiles(".")) cpSync(file, path.join(copy, file));
  symlinkSync(path.resolve("node_modules"), path.join(copy, "node_modules"));
  return copy;
}
