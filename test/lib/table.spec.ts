import { randomUUID } from "node:crypto";
import type { ServiceSchema } from "moleculer";
import { v7 } from "uuid";
import { listing } from "../../lib/listing.ts";
import { handle } from "../../lib/bus.ts";
import { query } from "../../lib/contract.ts";
import {
  dateTime,
  id,
  integer,
  json,
  list,
  object,
  oneOf,
  optional,
  page,
  paging,
  text,
  version,
} from "../../lib/shape.ts";
import { type Draft, table } from "../../lib/table.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { aPerson, stage, type Stage } from "../support/stage.ts";
import type { Static } from "@sinclair/typebox";

const Post = object({
  id: id(),
  authorId: id(),
  storeId: optional(id()),
  text: text({ max: 2_000 }),
  likes: integer({ min: 0 }),
  tags: list(text()),
  lines: optional(list(object({ at: dateTime() }))),
  writtenAt: optional(dateTime()),
  version: version(),
  createdAt: dateTime(),
  updatedAt: dateTime(),
});
const posts = table("post", {
  shape: Post,
  columns: { secret: optional(json()), hiddenAt: optional(dateTime()) },
  owner: "authorId",
  store: "storeId",
  filters: ["authorId", "tags"],
  search: ["text"],
  sorts: { newest: "-createdAt", liked: "likes", written: "text" },
  archive: "hiddenAt",
});
type PostRow = Parameters<typeof posts.shown>[0];
const ListPosts = query("guest.posts", {
  summary: "List posts.",
  allow: "authenticated",
  access: "visible",
  params: {
    ...paging,
    q: optional(text()),
    sort: optional(oneOf("newest", "liked", "-liked", "written")),
    authorId: optional(id()),
  },
  returns: page(Post),
});
const guest: ServiceSchema = {
  name: "guest",
  mixins: [Database("guest")],
  actions: { posts: handle(ListPosts, listing(posts)) },
};

let harness: Stage;
const db = () => harness.db("guest");
beforeAll(async () => {
  harness = await stage([guest]);
  await db().sql.run(
    `create table post (id uuid primary key, author_id uuid not null, store_id uuid, text text not null unique,
       likes int not null, tags text[] not null, lines jsonb, written_at timestamptz(3), secret jsonb,
       hidden_at timestamptz(3), version int not null default 1,
       created_at timestamptz(3) not null default now(), updated_at timestamptz(3) not null default now())`,
  );
});
afterAll(() => harness.leave());
beforeEach(() => db().sql.run("truncate post"));

const person = (scope: "own" | "store" | "any", stores: string[] = []) => ({
  id: v7(),
  roles: [],
  stores,
  sessionId: "",
  scope,
});
const aPost = (more: Partial<Draft<PostRow>> = {}): Draft<PostRow> => ({
  id: v7(),
  authorId: v7(),
  text: `Tea ${randomUUID()}`,
  likes: 0,
  tags: [],
  ...more,
});
async function insert(more: Partial<Draft<PostRow>> = {}): Promise<PostRow> {
  const row = await posts.insert(db().sql, aPost(more));
  if (!row) throw new Error("The post was not inserted.");
  return row;
}

test("a row is read as it was written: moments as text, lists and objects, absent fields absent", async () => {
  const draft = aPost({
    tags: ["a'b", '"', "\\"],
    lines: [{ at: "2026-01-02T03:04:05.678Z" }],
    writtenAt: "2026-01-02T03:04:05.678Z",
    likes: 12,
    secret: { of: ["it's"] },
  });
  const row = await posts.insert(db().sql, draft);
  expect(row).toEqual({
    ...draft,
    version: 1,
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(await posts.find(db().sql, draft.id)).toEqual(row);
  expect(row).not.toHaveProperty("storeId");
});

test("what only one may have is not inserted twice, and the transaction goes on", async () => {
  const first = await insert();
  await db().transaction(async (tx) => {
    const sql = db().in(tx);
    expect(await posts.insert(sql, aPost({ text: first.text }))).toBeUndefined();
    expect(await posts.insert(sql, aPost())).toBeDefined();
  });
  expect((await posts.list(db().sql, {})).items).toHaveLength(2);
});

test("all that a transaction does goes when it is rolled back", async () => {
  const [kept, removed] = [await insert(), await insert()];
  const broken = db().transaction(async (tx) => {
    const sql = db().in(tx);
    await posts.insert(sql, aPost());
    await posts.update(sql, { ...kept, likes: 9 });
    await posts.archive(sql, kept.id);
    await posts.remove(sql, removed.id);
    expect((await posts.list(sql, {})).items).toHaveLength(1);
    expect((await posts.find(sql, kept.id))?.likes).toBe(9);
    throw new Error("no");
  });
  await expect(broken).rejects.toThrow("no");
  expect(await posts.find(db().sql, kept.id)).toEqual(kept);
  expect(await posts.find(db().sql, removed.id)).toEqual(removed);
  expect((await posts.list(db().sql, {})).items).toHaveLength(2);
});

test("pages of every sort, forward and backward, show each row once, ties too", async () => {
  const ids = new Set<string>();
  for (let n = 0; n < 25; n += 1) ids.add((await insert({ likes: n % 3 })).id);
  for (const sort of ["newest", "liked", "-liked", "written", "-newest"]) {
    const seen: PostRow[] = [];
    let after: string | undefined;
    do {
      const { items, next }: Awaited<ReturnType<typeof posts.list>> = await posts.list(db().sql, {
        limit: 7,
        after,
        sort,
      });
      seen.push(...(items as PostRow[]));
      after = next;
    } while (after);
    expect(new Set(seen.map((one) => one.id))).toEqual(ids);
    expect(seen).toHaveLength(25);
    const keys = seen.map(({ likes, text: words, createdAt }) =>
      sort.endsWith("liked") ? likes : sort === "written" ? words : createdAt,
    );
    const rising = keys.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
    expect(keys).toEqual(["newest", "-liked"].includes(sort) ? rising.reverse() : rising);
  }
});

test("a cursor of another sort, or none of ours, is refused", async () => {
  for (const likes of [1, 2, 3]) await insert({ likes });
  const { next } = await posts.list(db().sql, { limit: 1, sort: "liked" });
  for (const after of [next, "bogus", Buffer.from("[-1]").toString("base64url")])
    await expect(posts.list(db().sql, { after, sort: "newest" })).rejects.toMatchObject({
      type: "CURSOR_INVALID",
    });
});

test("only declared filters count; of a list, one of its values", async () => {
  const [mine] = [await insert({ tags: ["green", "black"], likes: 3 }), await insert()];
  const found = async (where: Record<string, unknown>) =>
    (await posts.list(db().sql, { where })).items.length;
  expect(await found({ authorId: mine.authorId })).toBe(1);
  expect(await found({ tags: "black" })).toBe(1);
  expect(await found({ tags: "bla" })).toBe(0);
  expect(await found({ likes: 7 })).toBe(2);
});

test("a text is searched for whatever its case; a percent sign is no wildcard", async () => {
  for (const one of ["100 % Assam", "100 g Assam", "a_b", "back\\slash"])
    await insert({ text: one });
  const found = async (q: string) =>
    (await posts.list(db().sql, { q })).items.map((one) => one.text);
  expect(await found("% aSS")).toEqual(["100 % Assam"]);
  expect(await found("A_B")).toEqual(["a_b"]);
  expect(await found("k\\s")).toEqual(["back\\slash"]);
  expect(await found("' or true --")).toEqual([]);
});

test("a caller sees their own, those of their stores, or all; nobody's columns that are hidden", async () => {
  const [me, storeId] = [person("own"), v7()];
  const mine = await insert({ authorId: me.id, secret: { a: 1 } });
  const stores = await insert({ storeId });
  const of = async (caller: ReturnType<typeof person>) =>
    (await posts.list(db().sql, {}, caller)).items.map((one) => one.id).toSorted();
  expect(await of(me)).toEqual([mine.id]);
  expect(await of(person("store", [storeId]))).toEqual([stores.id]);
  expect(await of({ ...me, scope: "store", stores: [storeId] })).toEqual([mine.id, stores.id]);
  expect(await of(person("any"))).toEqual([mine.id, stores.id]);
  expect(await posts.find(db().sql, stores.id, me)).toBeUndefined();
  expect((await posts.list(db().sql, {}, me)).items).toEqual([posts.shown(mine)]);
  expect(posts.shown(mine)).not.toHaveProperty("secret");
});

test("a row changes once at the version that was read; what is absent from it is removed", async () => {
  const { secret: _, ...read } = await insert({
    secret: { a: 1 },
    writtenAt: "2026-01-01T00:00:00.000Z",
  });
  const changed = await posts.update(db().sql, { ...read, text: "x" });
  expect(changed).toMatchObject({ text: "x", version: 2, createdAt: read.createdAt });
  expect(changed).not.toHaveProperty("secret");
  expect(await posts.update(db().sql, { ...read, text: "y" })).toBeUndefined();
});

test("of a change what is undefined stays, and what is null is removed", async () => {
  const read = await insert({ storeId: v7(), likes: 3 });
  const changed = await posts.change(db().sql, read.id, {
    likes: 4,
    text: undefined,
    storeId: null,
  });
  const { storeId: _, ...rest } = read;
  expect(changed).toEqual({ ...rest, likes: 4, version: 2, updatedAt: changed?.updatedAt });
  expect(await posts.change(db().sql, v7(), { likes: 1 })).toBeUndefined();
});

test("what is archived leaves lists and is still found; what is removed is not", async () => {
  const { id: postId } = await insert();
  expect(await posts.archive(db().sql, postId)).toHaveProperty("hiddenAt");
  expect(await posts.archive(db().sql, postId)).toBeUndefined();
  expect((await posts.list(db().sql, {})).items).toEqual([]);
  expect(await posts.find(db().sql, postId)).toBeDefined();
  expect(await posts.remove(db().sql, postId, 1)).toBe(false);
  expect(await posts.remove(db().sql, postId, 2)).toBe(true);
  expect(await posts.find(db().sql, postId)).toBeUndefined();
});

test("an action that is a listing of a table takes what its contract says", async () => {
  for (const likes of [1, 3, 2]) await insert({ likes });
  const admin = aPerson("admin");
  const mine = await insert({ authorId: admin.id, text: "Mine" });
  const ask = (params: Parameters<typeof posts.list>[1]) =>
    harness.call(ListPosts, params as never, admin);
  expect((await ask({ limit: 2, sort: "-liked" })).items).toEqual([mine]);
  expect((await ask({ q: "miNE" })).items.map((one: Static<typeof Post>) => one.id)).toEqual([
    mine.id,
  ]);
});

test("a table that names a field it does not have does not start", () => {
  const wrong = { shape: Post, filters: ["nothing"], sorts: { id: "id" } } as const;
  expect(() => table("post", wrong as never)).toThrow("no field nothing");
});

test("none of moleculer-db's own actions exists", () => {
  expect(Object.keys(harness.service("guest").actions).toSorted()).toEqual([
    "events",
    "health",
    "posts",
  ]);
});
