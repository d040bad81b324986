/**
 * Manifests as literals of the types that Kubernetes publishes: what has an unknown key, lacks one that
 * must be there, or is of the wrong type, does not compile. (Validators that read the same schemas at
 * run time let unknown keys pass, as the API server does too.)
 */
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Manifest, nameOf } from "./manifests.ts";

const COMPILER_OPTIONS = {
  module: "NodeNext",
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  types: [],
};

/** What the compiler says against `manifests`, a line for each mistake: kind, name, and why. */
export async function mistakesIn(manifests: readonly Manifest[]): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "comptoir-k8s-types-"));
  try {
    const packages = path.resolve("node_modules");
    await symlink(packages, path.join(folder, "node_modules"), "junction");
    await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
    const ours = path.resolve("test/k8s/support/cert-manager.ts");
    await cp(ours, path.join(folder, "cert-manager.ts"));
    const options = JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ["*.ts"] });
    await writeFile(path.join(folder, "tsconfig.json"), options);
    await Promise.all(
      manifests.map((manifest, i) =>
        writeFile(path.join(folder, fileOf(manifest, i)), literalOf(manifest)),
      ),
    );
    return await compile(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Also of what is no manifest at all: then the compiler finds no type for it. */
const fileOf = (manifest: Manifest, i: number): string =>
  `${manifest.kind}.${nameOf(manifest)}.${i}.ts`.replaceAll(/[^\w.-]/g, "_");

function literalOf(manifest: Manifest): string {
  const { apiVersion, kind } = manifest;
  const from = apiVersion.startsWith("cert-manager.io/")
    ? "./cert-manager.ts"
    : `kubernetes-models/${apiVersion}`;
  const literal = JSON.stringify(manifest, null, 2);
  return `import type { I${kind} } from "${from}";\nexport const it: I${kind} = ${literal};\n`;
}

function compile(folder: string): Promise<string[]> {
  const tsc = path.resolve("node_modules/typescript/bin/tsc");
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tsc, "--pretty", "false"], { cwd: folder }, (error, output) => {
      const mistakes = output.split("\n").filter((line) => /error TS\d+/.test(line));
      // Green only when the compiler says so: one that did not start finds no mistakes either.
      if (error && mistakes.length === 0) reject(error);
      else resolve(mistakes);
    });
  });
}
