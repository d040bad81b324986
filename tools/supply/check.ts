/**
 * `npm run check:supply`: whether what we build on is pinned, comes from where it should, and may be used; and
 * whether no secret is in our files. The exit code is 1 when something is wrong. With `--report`, every
 * package with its licence. Asks nobody: known vulnerabilities are `npm audit`'s matter, which asks the registry.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { ALLOWED_SECRETS } from "./allowed-secrets.ts";
import { projectFiles, textOf } from "./files.ts";
import { licenceCounts, licenceProblems, licencesOf } from "./licences.ts";
import { type Lock, lockProblems, type Manifest } from "./lock.ts";
import { secretsIn } from "./secrets.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);
const folder = process.cwd();
const json = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), "utf8"));

const lock = json("package-lock.json") as Lock;
const licences = licencesOf(lock);
const files = projectFiles(folder);
const secrets = files
  .flatMap((file) => secretsIn(textOf(path.join(folder, file)) ?? "", file))
  .filter(
    ({ file, sha256 }) =>
      !ALLOWED_SECRETS.some((allowed) => allowed.file === file && allowed.sha256 === sha256),
  );

if (process.argv.includes("--report"))
  for (const { name, version, licence, tool } of licences)
    say(`${name}@${version}\t${licence ?? "unknown"}${tool ? "\ttool" : ""}`);

const problems = [
  ...lockProblems(json("package.json") as Manifest, lock),
  ...licenceProblems(licences),
  ...secrets.map(
    ({ file, line, kind, sha256 }) =>
      `${file}:${line} seems to be a ${kind}. Take it out, and revoke it if it was ever pushed; ` +
      `if it is none, allow it in tools/supply/allowed-secrets.ts as ${sha256}.`,
  ),
];
const tools = licences.filter(({ tool }) => tool).length;
say(`${licences.length} packages, ${tools} of them tools; ${files.length} files read for secrets.`);
say(
  licenceCounts(licences)
    .map(([name, count]) => `${name} ${count}`)
    .join(", "),
);
for (const problem of problems) say(`✗ ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else say("Nothing is wrong.");
