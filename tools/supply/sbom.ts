/**
 * `npm run sbom [FILE]`: the bill of materials of what is passed on, as CycloneDX 1.6 (ECMA-424), from the
 * lock file; nothing needs to be installed. With `--all`, the developers' tools too. To standard output if
 * no file is named.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Bom, completed } from "./bom.ts";
import { licencesOf, type Licence } from "./licences.ts";
import type { Lock, Manifest } from "./lock.ts";

const MAX_BYTES = 64 * 2 ** 20;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: "boolean" } },
});
const json = (name: string): unknown => JSON.parse(readFileSync(name, "utf8"));
const manifest = json("package.json") as Manifest;
const licences: readonly Licence[] = licencesOf(json("package-lock.json") as Lock);
const bom = completed(bomOfNpm(values.all ? [] : ["--omit", "dev"]), manifest, licences);
const text = `${JSON.stringify(bom, null, 2)}\n`;
const [file] = positionals;
if (file === undefined) process.stdout.write(text);
else {
  writeFileSync(file, text);
  process.stdout.write(`${bom.components.length} packages are in ${file}.\n`);
}

function bomOfNpm(more: readonly string[]): Bom {
  const asked = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only", ...more];
  // Where npm runs us it says where it is; its program has another name on Windows.
  const npm = process.env.npm_execpath;
  const [program, all] = npm ? [process.execPath, [npm, ...asked]] : ["npm", asked];
  const output = execFileSync(program, all, {
    encoding: "utf8",
    maxBuffer: MAX_BYTES,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(output) as Bom;
}
