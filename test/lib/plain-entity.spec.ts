import { readFileSync } from "node:fs";
import { v7 } from "uuid";
import { aPerson, stage, type Stage } from "../support/stage.ts";
import {
  AddNote,
  EditNote,
  GetNote,
  ListNotes,
  MIGRATION,
  notes,
  RemoveNote,
} from "./plain-entity.ts";

let harness: Stage;
const [me, other] = [aPerson(), aPerson()];
beforeAll(async () => {
  harness = await stage([notes]);
  for (const statement of ["create extension if not exists pg_trgm", ...MIGRATION.split(";")])
    await harness.db("notes").sql.run(statement);
});
afterAll(() => harness.leave());

test("a plain entity is written, shown, listed, changed once and removed, by its owner only", async () => {
  const key = v7();
  const ask = () => harness.call(AddNote, { text: "Tea at four", mood: "calm" }, me, { key });
  const made = await ask();
  expect(await ask()).toEqual(made);
  const noteId = made.id;
  expect(await harness.call(GetNote, { noteId }, me)).toEqual(made);
  await expect(harness.call(GetNote, { noteId }, other)).rejects.toMatchObject({ code: 404 });
  expect((await harness.call(ListNotes, { q: "TEA" }, me)).items).toEqual([made]);
  expect((await harness.call(ListNotes, {}, other)).items).toEqual([]);

  const edit = () => harness.call(EditNote, { noteId, version: 1, text: "Tea at five" }, me);
  const edited = await edit();
  expect(edited).toMatchObject({ text: "Tea at five", mood: "calm", version: 2 });
  await expect(edit()).rejects.toMatchObject({ type: "NOTE_CHANGED" });
  expect(await harness.call(RemoveNote, { noteId }, me)).toEqual(edited);
  await expect(harness.call(GetNote, { noteId }, me)).rejects.toMatchObject({ code: 404 });
});

test("all of it is at most 120 lines, and a field of it stands in two places", () => {
  const source = readFileSync("test/lib/plain-entity.ts", "utf8");
  expect(source.trimEnd().split("\n").length).toBeLessThanOrEqual(120);
  expect(source.match(/\bmood\b/g)).toHaveLength(2);
});
