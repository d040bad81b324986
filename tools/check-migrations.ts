/**
 * `npm run check:migrations`: whether the version before this one can go on serving while the migrations
 * are applied. With `-- --release`, writes down that databases may have seen the files as they
 * now are: from then on they must not change. `migrations.sha256` is in the form of sha256sum.
 */
import { readFile, writeFile } from "node:fs/promises";
import { checkDatabase, databasesOf, type Finding, sha256 } from "./migrations/check.ts";

const RELEASED = "migrations.sha256";
const say = (line: string) => process.stdout.write(`${line}\n`);

const databases = await databasesOf("");
const files = [...new Set([...databases.values()].flat())];
const released = await releasedFiles();
const found = new Map<string, Finding>();
for (const all of databases.values())
  for (const finding of await checkDatabase(all, released))
    found.set(JSON.stringify(finding), finding);
const gone = [...released.keys()].filter((file) => !files.includes(file));

for (const { file, line, rule, sentence } of found.values())
  say(`${file}:${line} ${rule}: ${sentence}`);
for (const file of gone) say(`${file}:1 released: Databases have seen it. Put it back.`);

if (found.size + gone.length > 0) {
  say('Where it is right nevertheless, say so above the statement: "-- allow <rule>: <why>".');
  process.exitCode = 1;
} else {
  if (process.argv.includes("--release")) await release();
  say(`${files.length} migrations of ${databases.size} databases are in order.`);
}

/** None before the first release. */
async function releasedFiles(): Promise<Map<string, string>> {
  const text = await readFile(RELEASED, "utf8").catch(() => "");
  const lines = text.split("\n").flatMap((line) => {
    const [, sum, file] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    return sum !== undefined && file !== undefined ? [[file, sum] as const] : [];
  });
  return new Map(lines);
}

async function release(): Promise<void> {
  const lines = await Promise.all(
    files.toSorted().map(async (file) => `${sha256(await readFile(file))}  ${file}\n`),
  );
  await writeFile(RELEASED, lines.join(""));
}
