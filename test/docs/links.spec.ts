/** What the documents name is there: files, headings, commands, settings. */
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { projectFiles } from "../../tools/supply/files.ts";
import { commands } from "./commands.ts";

const documents = projectFiles(".").filter((file) => file.endsWith(".md"));
const textOf = (file: string) => readFileSync(file, "utf8");
const withoutBlocks = (text: string) => text.replace(/^```.*?^```$/gms, "");

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
const anchorsOf = (file: string) =>
  [...withoutBlocks(textOf(file)).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/\[(.*?)\]\(.*?\)/g, "$1")
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/ /g, "-"),
  );

/** Sentences about links of `file` that lead nowhere. */
function dead(file: string): string[] {
  const text = withoutBlocks(textOf(file)).replace(/`[^`\n]*`(?!\])/g, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [where = "", anchor] = link.split("#");
    const target = where === "" ? file : path.join(path.dirname(file), decodeURIComponent(where));
    if (!existsSync(target)) return [`${file}: there is no ${target}`];
    if (anchor === undefined || statSync(target).isDirectory()) return [];
    return anchorsOf(target).includes(anchor) ? [] : [`${file}: ${target} has no #${anchor}`];
  });
}

test("there are documents, and every link in them leads somewhere", () => {
  expect(documents).toEqual(expect.arrayContaining(["README.md", "DOCUMENTATION.md"]));
  expect(documents.flatMap(dead)).toEqual([]);
});

test("every command that they name exists", () => {
  const known = commands();
  const missing = documents.flatMap((file) => {
    const text = textOf(file);
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
    const programs = [
      ...text.matchAll(/\bnode ((?:runtime|operations|tools|k8s|bench)\/[\w/-]+\.ts)/g),
    ].map(([, name = ""]) => name);
    return [
      ...named.filter((name) => !known.has(name)).map((name) => `${file}: npm run ${name}`),
      ...programs.filter((name) => !existsSync(name)).map((name) => `${file}: node ${name}`),
    ];
  });
  expect([...new Set(missing)]).toEqual([]);
});

test("every piece of code is in the file that it says it is from", () => {
  const pieces = documents.flatMap((file) =>
    [...textOf(file).matchAll(/^```ts (\S+)\n(.*?)^```$/gms)].map(([, from = "", code = ""]) => ({
      file,
      from,
      code: code.trim(),
    })),
  );
  expect(pieces.length).toBeGreaterThanOrEqual(5);
  // Space is not compared: a piece stands further to the left than in its file.
  const tight = (text: string) => text.replace(/\s+/g, " ");
  const gone = pieces.filter(({ from, code }) => !tight(textOf(from)).includes(tight(code)));
  expect(gone.map(({ file, from }) => `${file} ← ${from}`)).toEqual([]);
});

test("every test and folder that DOCUMENTATION.md names exists", () => {
  const named = [
    ...textOf("DOCUMENTATION.md").matchAll(/`((?:test|runtime|operations|tools|docs)\/[\w./-]*)`/g),
  ];
  expect(named.length).toBeGreaterThan(5);
  expect(named.map(([, name = ""]) => name).filter((name) => !existsSync(name))).toEqual([]);
});
