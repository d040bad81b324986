import { readFileSync } from "node:fs";
import { licenceProblems, licencesOf } from "../../../tools/supply/licences.ts";
import { lockProblems, nameAt, type Lock, type Manifest } from "../../../tools/supply/lock.ts";

const integrity = "sha512-kept";
const manifest: Manifest = {
  name: "shop",
  version: "1.0.0",
  dependencies: { tea: "1.2.3" },
  devDependencies: { kettle: "4.0.0-rc.1" },
};
const lock: Lock = {
  lockfileVersion: 3,
  packages: {
    "": { ...manifest },
    "node_modules/tea": { version: "1.2.3", integrity, license: "MIT" },
    "node_modules/kettle": { version: "4.0.0-rc.1", integrity, license: "ISC", dev: true },
    "node_modules/tea/node_modules/@cup/saucer": {
      version: "0.1.0",
      integrity,
      resolved: "https://registry.npmjs.org/@cup/saucer/-/saucer-0.1.0.tgz",
      license: "MIT",
    },
  },
};
const TEA = "node_modules/tea";
const withTea = (more: object): Lock => ({
  ...lock,
  packages: { ...lock.packages, [TEA]: { version: "1.2.3", integrity, ...more } },
});

test("what is exact, agreed and pinned is taken", () => {
  expect(lockProblems(manifest, lock)).toEqual([]);
  expect(nameAt("node_modules/tea/node_modules/@cup/saucer")).toBe("@cup/saucer");
});

test.each<[string, Manifest, Lock, string]>([
  ["a range", { ...manifest, dependencies: { tea: "^1.2.3" } }, lock, '"^1.2.3" is not one exact'],
  ["a tag", { ...manifest, dependencies: { tea: "latest" } }, lock, '"latest" is not one exact'],
  ["a repository", { ...manifest, dependencies: { tea: "cups/tea" } }, lock, "not one exact"],
  [
    "a version that the lock does not know",
    { ...manifest, dependencies: { tea: "1.2.4" } },
    lock,
    "tea is to be 1.2.4, and the lock installs 1.2.3.",
  ],
  [
    "a package that the lock does not know",
    { ...manifest, dependencies: { tea: "1.2.3", milk: "1.0.0" } },
    lock,
    "milk is 1.0.0 in package.json and absent in the lock.",
  ],
  [
    "a package that only the lock wants",
    { ...manifest, devDependencies: {} },
    lock,
    "kettle is in the lock's devDependencies, and not in package.json.",
  ],
  [
    "another version installed than wanted",
    manifest,
    withTea({ version: "6.6.6" }),
    "tea is to be 1.2.3, and the lock installs 6.6.6.",
  ],
  [
    "another source",
    manifest,
    withTea({ resolved: "https://evil.example/tea.tgz" }),
    "tea@1.2.3 comes from https://evil.example/tea.tgz",
  ],
  [
    "a source that begins alike",
    manifest,
    withTea({ resolved: "https://registry.npmjs.org.evil.example/t" }),
    "and not from https://registry.npmjs.org/",
  ],
  [
    "a repository as source",
    manifest,
    withTea({ resolved: "git+ssh://git@github.com/a/tea" }),
    "comes from git+ssh",
  ],
  ["no hash", manifest, withTea({ integrity: undefined }), "tea@1.2.3 has no SHA-512"],
  ["a weak hash", manifest, withTea({ integrity: "sha1-weak" }), "tea@1.2.3 has no SHA-512"],
  ["a link", manifest, withTea({ link: true }), "is a folder or a link"],
  [
    "a folder",
    manifest,
    { ...lock, packages: { ...lock.packages, "packages/own": { version: "1.0.0" } } },
    "packages/own is a folder",
  ],
  ["an old lock", manifest, { ...lock, lockfileVersion: 1 }, "of an old kind"],
])("%s is refused", (_, wanted, locked, sentence) => {
  expect(lockProblems(wanted, locked).join("\n")).toContain(sentence);
});

test.each<[string, object, string | undefined]>([
  ["one that we accept", { license: "Apache-2.0" }, undefined],
  ["a choice of which we accept one", { license: "(GPL-2.0-only OR MIT)" }, undefined],
  ["two at once that we accept", { license: "MIT AND ISC" }, undefined],
  ["data of a tool", { license: "CC-BY-4.0", dev: true }, undefined],
  ["the same data passed on", { license: "CC-BY-4.0" }, "comes under CC-BY-4.0"],
  ["copyleft", { license: "AGPL-3.0-only" }, "comes under AGPL-3.0-only"],
  ["copyleft besides", { license: "MIT AND GPL-3.0-only" }, "comes under MIT AND GPL-3.0-only"],
  ["copyleft of a tool", { license: "GPL-3.0-only", dev: true }, "comes under GPL-3.0-only"],
  ["none", {}, "tea@1.2.3 does not say its licence"],
  ["none to be found", { license: "SEE LICENSE IN tea.txt" }, "SEE LICENSE IN"],
])("a licence: %s", (_, more, sentence) => {
  const issues = licenceProblems(licencesOf(withTea(more)));
  expect(issues.map((issues) => issues.includes(sentence ?? "never"))).toEqual(
    sentence === undefined ? [] : [true],
  );
});

test("what the product needs is no tool, also where a tool needs it too", () => {
  const both: Lock = {
    ...lock,
    packages: {
      ...lock.packages,
      "node_modules/kettle/node_modules/tea": { version: "1.2.3", integrity, dev: true },
    },
  };
  expect(licencesOf(both).filter(({ name }) => name === "tea")).toMatchObject([{ tool: false }]);
});

test("the project's own packages are in order", () => {
  const read = (name: string): unknown => JSON.parse(readFileSync(name, "utf8"));
  const own = read("package-lock.json") as Lock;
  expect(lockProblems(read("package.json") as Manifest, own)).toEqual([]);
  expect(licenceProblems(licencesOf(own))).toEqual([]);
  expect(licencesOf(own).length).toBeGreaterThan(100);
});
