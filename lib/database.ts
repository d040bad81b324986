/** A service's own database: transactions that retry transient errors and publish events. */
import { setTimeout as sleep } from "node:timers/promises";
import { Sequelize, Transaction } from "sequelize";
import { config, databaseUrl } from "../config.ts";
import { requestContext } from "./request-context.ts";
import type { Event } from "./contract.ts";
import { Client, driver, STATEMENT_LIMIT_MS } from "./driver.ts";
import { append, type EventRecord, eventRecord } from "./feed.ts";
import { failpoint, failpointsInUse } from "./failpoint.ts";
import { Backoff } from "./backoff.ts";
import type { Fields, Of } from "./shape.ts";
import { DatabaseUnavailable, sendTogether, type Sql, sqlOf, type Tx } from "./sql.ts";
import { committed } from "./transaction.ts";

/** The power that the mixin Database gives to a service. */
export interface Db {
  readonly sequelize: Sequelize;
  /** Single statements, each its own transaction. */
  readonly sql: Sql;
  /** Statements of the transaction `tx`. */
  in(tx: Tx): Sql;
  /**
   * Runs `work` and commits, or rolls back when it throws. Deadlocks and serialisation failures are
   * tried again from the start, so `work` must have no effect outside the database.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Publishes `event` when `tx` commits, and not at all if it does not.
   * @throws Error if it is an event of another service
   */
  publish<F extends Fields>(tx: Tx, event: Event<F>, data: NoInfer<Of<F>>, key?: string): void;
  afterCommit(tx: Tx, work: () => void): void;
}

/** An event that a transaction published, with its contract. */
export interface PublishedEvent {
  readonly event: Event;
  readonly record: EventRecord;
}
interface Pending {
  readonly published: PublishedEvent[];
  readonly after: (() => void)[];
}
interface Hooks {
  /** The service whose database it is: it publishes its own events, and no other's. */
  readonly service?: string;
  /** Returns true once the migrations have run. */
  readonly ready: () => boolean;
  /** Called after a commit that published events. */
  readonly onPublished: (published: readonly PublishedEvent[]) => void;
  /** Logs a problem of the server for operators. */
  readonly warn: (text: string, error: unknown) => void;
}

/** The caller can do nothing about these errors of the server. */
const TROUBLES: Readonly<Record<string, string>> = {
  "57014": "A statement was stopped at its limit.",
  "53100": "The database has no room left.",
  "53200": "The database is short of memory.",
  ETIMEDOUT: "A connection to the database was given up: no answer came.",
};
const WARN_AGAIN_AFTER_MS = 60_000;

const SESSION = `-c lock_timeout=2000 -c statement_timeout=${STATEMENT_LIMIT_MS} -c idle_in_transaction_session_timeout=10000`;
const TRIES = 4;
/** A node that leaves has ten seconds in all. */
const CLOSE_LIMIT_MS = 4_000;

export function connect(name: string): Sequelize {
  const sequelize = new Sequelize(databaseUrl(name), {
    dialectModule: driver,
    logging: false,
    dialectOptions: { options: SESSION, application_name: `comptoir-${name}`, keepAlive: true },
    pool: { max: config.database.poolSize, min: 0, idle: 10_000, acquire: 5_000 },
    retry: { max: 1 },
  });
  // Statements are sent as they come, without waiting for the answer to the one before.
  sequelize.addHook("afterConnect", (connection) => {
    (connection as { pipeline?: boolean }).pipeline = true;
  });
  // A statement may take as long as the action that sends it, but never less than the default. The
  // server gets the limit with that statement, only if the connection was used with another one.
  sequelize.addHook("afterPoolAcquire", (connection) => {
    const limitMs = Math.max(STATEMENT_LIMIT_MS, requestContext().timeoutMs ?? 0);
    if (!(connection instanceof Client) || connection.statementLimitMs === limitMs) return;
    sendTogether(connection);
    connection.limitStatements(limitMs);
  });
  return sequelize;
}

/** Ends all connections; after a while also those whose server no longer answers, or still works. */
export async function disconnect(sequelize: Sequelize): Promise<void> {
  const closing = sequelize.close().catch(() => undefined);
  await Promise.race([closing, sleep(CLOSE_LIMIT_MS, undefined, { ref: false })]);
}

export function databaseOf(sequelize: Sequelize, hooks: Hooks): Db {
  const pending = new WeakMap<Tx, Pending>();
  const of = (tx: Tx): Pending => {
    const found = pending.get(tx);
    if (!found) throw new Error("This transaction has ended, or db.transaction did not begin it.");
    return found;
  };
  const report = reporting(hooks.warn);
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!hooks.ready())
      throw Object.assign(DatabaseUnavailable({ reason: "starting" }), { retryable: true });
    try {
      return await work();
    } catch (error) {
      report(error);
      throw error;
    }
  };
  const once = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    const tx = new Transaction(sequelize, {});
    const mine: Pending = { published: [], after: [] };
    pending.set(tx, mine);
    const answer = await committed(sequelize, tx, {
      work: () => work(tx),
      last: (sql) => {
        // An event that is published from here on would be lost.
        pending.delete(tx);
        const tellings = mine.published.map(({ record }) => record);
        return append(sql, tellings);
      },
    }).finally(() => pending.delete(tx));
    for (const then of mine.after) then();
    if (mine.published.length > 0) hooks.onPublished(mine.published);
    return answer;
  };
  return {
    sequelize,
    sql: guardedSql(sqlOf(sequelize), guarded),
    in: (tx) => sqlOf(sequelize, tx),
    transaction: (work) => guarded(() => again(() => once(work))),
    publish: (tx, event, data, key) => {
      const { service = event.producer } = hooks;
      if (service !== event.producer)
        throw new Error(`${event.name} is an event of ${event.producer}, not of ${service}.`);
      of(tx).published.push({ event, record: eventRecord(event, data, key) });
    },
    afterCommit: (tx, work) => void of(tx).after.push(work),
  };
}

/** Logs a problem once, and again if it persists. */
function reporting(warn: Hooks["warn"]): (error: unknown) => void {
  const warnedAt = new Map<string, number>();
  return (error) => {
    if (!(error instanceof Error)) return;
    const reason = reasonOf(error);
    const text = TROUBLES[reason];
    const now = performance.now();
    if (text === undefined || now - (warnedAt.get(reason) ?? -Infinity) < WARN_AGAIN_AFTER_MS)
      return;
    warnedAt.set(reason, now);
    warn(text, error.cause ?? error);
  };
}

const reasonOf = (error: unknown): string =>
  (error as { data?: { reason?: string } }).data?.reason ?? "";

/** Tries again what failed because others were at the same rows. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  const backoff = new Backoff(2_000, 10);
  for (let n = 1; ; n += 1) {
    try {
      return await work();
    } catch (error) {
      if (n >= TRIES || !/^(40001|40P01)$/.test(reasonOf(error))) throw error;
      await backoff.pause();
    }
  }
}

function guardedSql(sql: Sql, guarded: <T>(work: () => Promise<T>) => Promise<T>): Sql {
  return {
    rows: (text, values) => guarded(() => sql.rows(text, values)),
    row: (text, values) => guarded(() => sql.row(text, values)),
    run: (text, values) =>
      guarded(async () => {
        if (!failpointsInUse) return sql.run(text, values);
        const point = `statement.${requestContext().action ?? "background"}`;
        failpoint(`${point}.before`);
        const rows = await sql.run(text, values);
        failpoint(`${point}.after`);
        return rows;
      }),
    use: (work) => guarded(() => sql.use(work)),
  };
}
