/** What a service does is bound by the names of its files, and what does not fit is refused at start. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { event, query } from "../../lib/contract.ts";
import { actionsIn } from "../../lib/folder.ts";
import { integer, object } from "../../lib/shape.ts";
import { reactionsIn } from "../../mixins/events.mixin.ts";

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

/** A service's folder with these files, by name. */
function aFolder(files: Readonly<Record<string, string>>, inner = "actions"): string {
  const folder = mkdtempSync(path.join(tmpdir(), "comptoir-folder-"));
  mkdirSync(path.join(folder, inner));
  for (const [name, text] of Object.entries(files))
    writeFileSync(path.join(folder, inner, `${name}.ts`), text);
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
  await expect(actionsIn(aFolder(files), contract)).rejects.toThrow(sentence);
});

const Boiled = event("pantry", "water.boiled", { summary: "It is hot.", payload: {} });
const heard = "export const onBoiled = async () => undefined;";

test("each event that a service hears is bound to the file of its name, and to who publishes it", async () => {
  const reactions = await reactionsIn(aFolder({ "water.boiled": heard }, "reactions"), [Boiled]);
  expect(reactions).toMatchObject([{ producer: "pantry", name: "water.boiled" }]);
});

test.each([
  ["an event without a file", {}, "The event water.boiled has no file "],
  ["a file without an event", { "water.boiled": heard, spilt: heard }, "no event is named so"],
  ["a file without a reaction", { "water.boiled": count }, "must export one function"],
])("%s is refused with a sentence, too", async (_, files, sentence) => {
  const folder = aFolder(files, "reactions");
  await expect(reactionsIn(folder, [Boiled])).rejects.toThrow(sentence);
});
