/**
 * One moment in all databases. A dump of databases one after another would hold the effect of a call
 * in one, and not its cause in another. Here all snapshots show the company as it was at one and the
 * same instant, as if everything had lost its power then: and that is what it is built to survive.
 *
 * How: writers of all tables are made to wait (`lock … in share mode`) for some milliseconds, while
 * each database opens a snapshot. It is not trusted that this worked; it is looked at. Of a database,
 * either all tables were locked before its snapshot and until the last one's, or no transaction has
 * ended in it between the two (`pg_current_snapshot()` is the same): so nothing was committed there,
 * and its snapshot is also what was there at the moment the last one was taken. Otherwise once more.
 *
 * Who writes is never cut off: a table that cannot be had soon is left, and a transaction that waits
 * for us ends nothing meanwhile. If we die, the server lets go of the locks.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, QueryResult } from "pg";
import { connected } from "./session.ts";

/** A database as it was at the moment of the cut, for as long as its session is open. */
export interface Snapshot {
  readonly client: Client;
  /** By which other sessions of this server see the same. */
  readonly exported: string;
}
export interface Cut {
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  /** When it was, by our clock. */
  readonly at: Date;
  /** How long writers were made to wait. */
  readonly pausedMs: number;
  readonly tries: number;
  close(): Promise<void>;
}
export interface CutOptions {
  /** Longest to try; between two tries everybody goes on. */
  readonly timeoutMs?: number;
}

/** Longest that one table is waited for; its writers wait behind us as long. */
const LOCK_MS = 40;
/** Longest that writers are made to wait in one try; their own patience is 2 s. */
const PAUSE_MS = 500;
const TIMEOUT_MS = 120_000;
const REST_MS = 300;

const GATE = `
  do $$
  declare
    one oid;
    missed int := 0;
  begin
    for one in select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' loop
      begin
        execute format('lock table %s in share mode', one::regclass);
      exception when lock_not_available or deadlock_detected then
        missed := missed + 1;
      end;
    end loop;
    perform set_config('backup.missed', missed::text, true);
  end $$`;
const TABLES = `
  select coalesce(string_agg(c.oid::regclass::text, ', '), '') as names
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

/** `urls` by the names of services. @throws Error when they do not come to rest within patience */
export async function cut(
  urls: ReadonlyMap<string, string>,
  { timeoutMs = TIMEOUT_MS }: CutOptions = {},
): Promise<Cut> {
  const opened = await Promise.allSettled([...urls].map(([name, url]) => Side.open(name, url)));
  const sides = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const close = async () => void (await Promise.all(sides.map((side) => side.close())));
  try {
    for (const one of opened) if (one.status === "rejected") throw one.reason;
    const until = performance.now() + timeoutMs;
    for (let tries = 1; ; tries += 1) {
      const { at, pausedMs, exported } = await attempt(sides);
      if (exported) {
        const snapshots = sides.map(({ name, reader: client }, i): [string, Snapshot] => [
          name,
          { client, exported: exported[i] ?? "" },
        ]);
        return { snapshots: new Map(snapshots), at, pausedMs, tries, close };
      }
      if (performance.now() > until) throw new Error(RESTLESS);
      await sleep(REST_MS * (0.5 + Math.random()));
    }
  } catch (error) {
    await close();
    throw error;
  }
}

const RESTLESS =
  "The databases did not come to rest for a moment, so that no backup was made. " +
  "Much is written in tables that somebody holds in a long transaction: let that end, then try again.";

interface Attempt {
  readonly at: Date;
  readonly pausedMs: number;
  readonly exported?: readonly string[];
}

/** Writers go on when this answers, whatever came of it. */
async function attempt(sides: readonly Side[]): Promise<Attempt> {
  await Promise.all(sides.map((side) => side.hold()));
  const began = performance.now();
  let taken: readonly CutState[] = [];
  let settled = false;
  let at = new Date();
  try {
    await Promise.all(sides.map((side) => side.gate()));
    do {
      taken = await Promise.all(sides.map((side) => side.take()));
      at = new Date();
      const seen = await Promise.all(sides.map((side, i) => side.isAsIn(taken[i])));
      settled = seen.every(Boolean);
      if (!settled) await Promise.all(sides.map((side) => side.hold()));
    } while (!settled && performance.now() - began < PAUSE_MS);
  } finally {
    await Promise.all(sides.map((side) => side.release()));
  }
  const pausedMs = Math.round(performance.now() - began);
  return settled
    ? { at, pausedMs, exported: taken.map(({ exported }) => exported) }
    : { at, pausedMs };
}

interface CutState {
  readonly exported: string;
  /** Which transactions had ended: https://www.postgresql.org/docs/18/functions-info.html */
  readonly seen: string;
}

/** One database: a session that makes writers wait, and one that reads. */
class Side {
  readonly name: string;
  readonly #gate: Client;
  readonly reader: Client;
  #allLocked = false;

  private constructor(name: string, gate: Client, reader: Client) {
    this.name = name;
    this.#gate = gate;
    this.reader = reader;
  }
  static async open(name: string, url: string): Promise<Side> {
    const gate = await connected(url);
    try {
      return new Side(name, gate, await connected(url));
    } catch (error) {
      await gate.end().catch(() => undefined);
      throw error;
    }
  }

  /**
   * (Again) a transaction that has not looked at anything: its snapshot is of its first query, which
   * a lock is not. From here on nobody removes, empties or rebuilds the tables.
   */
  async hold(): Promise<void> {
    await this.reader.query("rollback");
    const { rows } = await this.reader.query<{ names: string }>(TABLES);
    await this.reader.query("begin isolation level repeatable read read only");
    const names = rows[0]?.names;
    if (names) await this.reader.query(`lock table ${names} in access share mode`);
  }

  /** In one go: each answer that we wait for, all writers wait for. */
  async gate(): Promise<void> {
    const answers: unknown = await this.#gate.query(
      `begin; set local lock_timeout = ${LOCK_MS};
       set local idle_in_transaction_session_timeout = ${4 * PAUSE_MS};
       ${GATE};
       select current_setting('backup.missed') as missed`,
    );
    const last = (answers as readonly QueryResult<{ missed: string }>[]).at(-1);
    this.#allLocked = last?.rows[0]?.missed === "0";
  }

  async take(): Promise<CutState> {
    const { rows } = await this.reader.query<CutState>(
      `select pg_export_snapshot() as exported, pg_current_snapshot()::text as seen`,
    );
    return rows[0] ?? { exported: "", seen: "" };
  }

  async isAsIn(taken: CutState | undefined): Promise<boolean> {
    // Also where all is locked: that we still are there, and have not been cut off meanwhile.
    const { rows } = await this.#gate.query<{ seen: string }>(
      "select pg_current_snapshot()::text as seen",
    );
    return this.#allLocked || rows[0]?.seen === taken?.seen;
  }

  release(): Promise<unknown> {
    return this.#gate.query("rollback").catch(() => undefined);
  }

  async close(): Promise<void> {
    await Promise.all([this.#gate.end(), this.reader.end()].map((it) => it.catch(() => undefined)));
  }
}
