/** What a service does is bound by the names of its files, and what does not fit is refused at start. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { query } from "../../lib/contract.ts";
import { actionsIn } from "../../lib/folder.ts";
import { integer, object } from "../../lib/shape.ts";

const spec = {
  summary: "Count.",
  allow: "public" as const,
  params: {},
  returns: object({ n: integer() }),
};
const contract = {
  Count: query("kitchen.count", spec),
  Weigh: query("kitchen.weigh", spec),
  LIMIT: 3,
};

/** A service's folder with these files of actions, by name. */
function aFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), "comptoir-folder-"));
  mkdirSync(path.join(folder, "actions"));
  for (const [name, text] of Object.entries(files))
    writeFileSync(path.join(folder, "actions", `${name}.ts`), text);
  return folder;
}
const count = "export const count = async () => ({ n: 1 });";
const weigh = "export const weigh = async () => ({ n: 2 });";

test("each action of the contract is bound to the function of its name", async () => {
  const actions = await actionsIn(aFolder({ count, weigh }), contract);
  expect(Object.keys(actions)).toEqual(["count", "weigh"]);
  expect(actions.weigh).toMatchObject({ allow: "public", visibility: "public" });
});

test.each([
  ["an action without a file", { count }, "The action weigh has no file "],
  ["a file without an action", { count, weigh, boil: count }, "boil.ts is bound to nothing"],
  ["a file without the function", { count, weigh: count }, "does not export a function weigh"],
])("%s is refused with a sentence", async (_, files, sentence) => {
  await expect(actionsIn(aFolder(files as never), contract)).rejects.toThrow(sentence);
});
