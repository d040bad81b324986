/** A kitchen that tells of tea, and a guest who drinks it: what the tests of feeds have in common. */
import type { ServiceSchema } from "moleculer";
import pg from "pg";
import { v7 } from "uuid";
import { handle } from "../../lib/bus.ts";
import { event } from "../../lib/contract.ts";
import { read } from "../../lib/feed.ts";
import { id, integer, text } from "../../lib/shape.ts";
import { Database, type DatabaseService } from "../../mixins/database.mixin.ts";
import { Events, react } from "../../mixins/events.mixin.ts";
import { eventsOf } from "../../mixins/feed.actions.ts";
import { eventually, type Stage } from "../support/stage.ts";

export const TeaBrewed = event("kitchen", "tea.brewed", {
  summary: "Tea is ready.",
  payload: { cupId: id(), grams: integer(), note: text({ min: 0, max: 10_000_000 }) },
});
/** Nobody listens to it. */
export const FloorSwept = event("kitchen", "floor.swept", { summary: "It is clean.", payload: {} });

type Hook = (cupId: string) => void | Promise<void>;

/** Writes each cup into a table of its own; `hook` is run afterwards, and may throw. */
export const guest = (hook: Hook, options: { lookLimitMs?: number } = {}): ServiceSchema => ({
  name: "guest",
  mixins: [
    Events(
      [
        react<typeof TeaBrewed, DatabaseService>(TeaBrewed, async ({ data }, tx, { db }) => {
          await db.in(tx).run("insert into drunk (cup_id) values ($1)", [data.cupId]);
          await hook(data.cupId);
        }),
      ],
      options,
    ),
    Database("guest"),
  ],
});

/** A real feed that counts how often it is read, and how many events it hands out. */
export const countedKitchen = (counts: { reads: number; events: number }): ServiceSchema => ({
  name: "kitchen",
  mixins: [Database("kitchen")],
  actions: {
    events: handle(eventsOf("kitchen"), async ({ params }, { db }: DatabaseService) => {
      const batch = await read(db.sql, params);
      counts.reads += 1;
      counts.events += batch.events.length;
      return batch;
    }),
  },
});

/** A cup that is poured twice is only noticed at the commit. */
export const layTable = (harness: Stage) =>
  harness
    .db("guest")
    .sql.run(
      "create table drunk (n bigserial, cup_id uuid unique deferrable initially deferred not null)",
    );

export const someCups = (count: number): string[] => Array.from({ length: count }, () => v7());

/** Tells of all cups in one transaction, in their order. */
export async function brew(harness: Stage, cups: readonly string[], note = ""): Promise<void> {
  const db = harness.db("kitchen");
  await db.transaction(async (tx) => {
    for (const cupId of cups) db.publish(tx, TeaBrewed, { cupId, grams: 2, note });
  });
}
export async function sweep(harness: Stage, times = 1): Promise<void> {
  const db = harness.db("kitchen");
  await db.transaction(async (tx) => {
    for (let n = 0; n < times; n += 1) db.publish(tx, FloorSwept, {});
  });
}

export const drunk = async (harness: Stage): Promise<string[]> => {
  const rows = await harness
    .db("guest")
    .sql.rows<{ cup_id: string }>("select cup_id from drunk order by n");
  return rows.map(({ cup_id }) => cup_id);
};
export interface Cursor {
  position: number;
  tries: number;
  error: string | null;
  trouble: string | null;
}
export const cursorOf = (harness: Stage) =>
  harness.db("guest").sql.row<Cursor>("select position, tries, error, trouble from feed_cursor");

export interface Letter {
  position: number;
  event: { name: string; data: unknown };
  error: string;
  tries: number;
}
export const deadLetters = (harness: Stage) =>
  harness
    .db("guest")
    .sql.rows<Letter>("select position, event, error, tries from dead_letter order by position");

type Puller = DatabaseService & { pulls: Map<string, () => Promise<void>> };
export const look = (harness: Stage) => harness.service<Puller>("guest").pulls.get("kitchen")?.();

/** Waits until `check` holds, without the pauses between tries. */
export const hurried = <T>(
  harness: Stage,
  check: () => Promise<T>,
  withinMs = 60_000,
): Promise<T> =>
  eventually(async () => {
    await harness.db("guest").sql.run("update feed_cursor set due_at = now() where due_at > now()");
    await look(harness);
    return check();
  }, withinMs);

/** Counts the statements that this process sends to the database of a name that contains `part`. */
export function statementsTo(part: string, matching = /./) {
  const { query } = pg.Client.prototype as { query: (...words: unknown[]) => unknown };
  let sent = 0;
  const counting = function (this: pg.Client & { database?: string }, ...words: unknown[]) {
    const [output] = words as [string | { text?: string }];
    const sql = typeof output === "string" ? output : (output.text ?? "");
    if (this.database?.includes(part) && matching.test(sql)) sent += 1;
    return query.apply(this, words);
  };
  Object.assign(pg.Client.prototype, { query: counting });
  return {
    get sent() {
      return sent;
    },
    end: () => void Object.assign(pg.Client.prototype, { query }),
  };
}
