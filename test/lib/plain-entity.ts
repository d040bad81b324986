/** All that a plain entity with five actions is made of. One more field of it is a line in `Note` and one in MIGRATION. */
import type { ServiceSchema } from "moleculer";
import { v7 } from "uuid";
import { type ActionHandler, handle } from "../../lib/bus.ts";
import { command, failure, query, resource } from "../../lib/contract.ts";
import { loads } from "../../lib/access.ts";
import { listing } from "../../lib/listing.ts";
import { CursorInvalid } from "../../lib/page.ts";
import type { Infer } from "../../lib/shape.ts";
import { dateTime, id, object, optional, page, paging, text, version } from "../../lib/shape.ts";
import { table } from "../../lib/table.ts";
import { Database, type DatabaseService } from "../../mixins/database.mixin.ts";

// contract/
const said = { text: text({ max: 2_000 }), mood: optional(text({ max: 20 })) };
export const Note = object({
  id: id(),
  authorId: id(),
  ...said,
  version: version(),
  createdAt: dateTime(),
  updatedAt: dateTime(),
});
export type Note = Infer<typeof Note>;
export const NoteNotFound = failure<{ noteId: string }>("NOTE_NOT_FOUND", 404, {
  en: "There is no such note.",
  fr: "Cette note n'existe pas.",
});
export const NoteChanged = failure("NOTE_CHANGED", 409, {
  en: "Somebody has changed this note meanwhile.",
  fr: "Quelqu'un a modifié cette note entre-temps.",
});
const note = resource("note", (noteId) => NoteNotFound({ noteId }));
const access = { resource: note, id: "noteId" } as const;
const allow = "authenticated";
const one = { noteId: id() };
export const ListNotes = query("notes.list", {
  summary: "List notes.",
  allow,
  access: "visible",
  params: { ...paging, q: optional(text({ max: 100 })) },
  returns: page(Note),
  failures: [CursorInvalid],
});
const common = { allow, access, returns: Note, failures: [NoteNotFound] } as const;
export const GetNote = query("notes.get", { ...common, summary: "Show a note.", params: one });
export const AddNote = command("notes.add", {
  summary: "Write a note.",
  allow,
  access: "own",
  params: said,
  returns: Note,
  idempotency: "key",
});
export const EditNote = command("notes.edit", {
  ...common,
  summary: "Change a note.",
  params: { ...one, version: version(), ...said },
  failures: [NoteNotFound, NoteChanged],
});
export const RemoveNote = command("notes.remove", {
  ...common,
  summary: "Remove a note.",
  params: one,
});

// store/tables.ts and migrations/
const Notes = table("note", {
  shape: Note,
  owner: "authorId",
  search: ["text"],
  sorts: { newest: "-createdAt" },
});
export const MIGRATION = `create table note (
  id uuid primary key, author_id uuid not null, text text not null, mood text,
  version int not null default 1,
  created_at timestamptz(3) not null default now(), updated_at timestamptz(3) not null default now());
  create index note_newest on note (created_at, id);
  create index note_text on note using gin (lower(text) gin_trgm_ops)`;

// actions/
const get: ActionHandler<typeof GetNote, DatabaseService, Note> = async (_, __, found) => found;
const add: ActionHandler<typeof AddNote, DatabaseService> = async ({ params, locals }, { db }) => {
  const made = await Notes.insert(db.in(locals.tx), {
    id: v7(),
    authorId: locals.caller.id,
    ...params,
  });
  if (!made) throw new Error("A note's id was not new.");
  return made;
};
const edit: ActionHandler<typeof EditNote, DatabaseService, Note> = async (ctx, { db }, found) => {
  const { noteId: _, ...changes } = ctx.params;
  const edited = await Notes.update(db.sql, { ...found, ...changes });
  if (!edited) throw NoteChanged({});
  return edited;
};
const remove: ActionHandler<typeof RemoveNote, DatabaseService, Note> = async (
  _,
  { db },
  found,
) => {
  await Notes.remove(db.sql, found.id);
  return found;
};

// notes.service.ts
const find = ({ db }: DatabaseService, noteId: string) => Notes.find(db.sql, noteId);
export const notes: ServiceSchema = {
  name: "notes",
  mixins: [Database("notes")],
  resources: { note: loads(find, ({ authorId }: Note) => ({ ownerId: authorId })) },
  actions: {
    list: handle(ListNotes, listing(Notes)),
    get: handle(GetNote, get),
    add: handle(AddNote, add),
    edit: handle(EditNote, edit),
    remove: handle(RemoveNote, remove),
  },
};
