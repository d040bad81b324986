import type { Service, ServiceSchema } from "moleculer";
import { config, ownerDatabaseUrl } from "../config.ts";
import { runInContext } from "../lib/request-context.ts";
import { handle, mixin } from "../lib/bus.ts";
import { connect, databaseOf, type Db, disconnect, type PublishedEvent } from "../lib/database.ts";
import { withDeadline } from "../lib/deadline.ts";
import { isFull, sequence } from "../lib/feed.ts";
import { healthOf } from "../lib/health.ts";
import { deleteExpired } from "../lib/idempotency.ts";
import { singleFlight } from "../lib/single-flight.ts";
import { Backoff } from "../lib/backoff.ts";
import { prepareDatabase } from "../lib/prepare.ts";
import { isPassing, translate } from "../lib/sql.ts";
import { EVENTS_COMMITTED } from "../lib/events-committed.ts";
import { eventsAction } from "./feed.actions.ts";

export type { Db } from "../lib/database.ts";
export type DatabaseService = Service & { db: Db };

const SEQUENCE_EVERY_MS = 2_000;
/** Under load, the sequencer waits this long for more events, to number them together. */
const SEQUENCE_REST_MS = 20;
/** A run that takes longer is abandoned: a hanging connection must not stop the sequencer. */
const RING_LIMIT_MS = 8_000;
const DELETE_EVERY_MS = 3_600_000;
/** Longest that a node waits for its database at start before it goes on without (and says so). */
const START_TIMEOUT_MS = 15_000;

/** Messages about a database role with more rights than it needs. */
const EXCESS = {
  "one-role": (name: string) =>
    `The role of ${name}_DATABASE_URL owns its tables, so whoever takes this node over may change even ` +
    `what must never change. Set ${name}_OWNER_DATABASE_URL (or OWNER_DATABASE_URL) to another role.`,
  superuser: (name: string) =>
    `The role of ${name}_DATABASE_URL is a superuser of its Postgres. Give it to a role of its own.`,
};

type Self = DatabaseService & {
  notify: () => Promise<void>;
  forget: () => Promise<void>;
  timers: NodeJS.Timeout[];
  migrated: boolean;
  leaving: boolean;
};

/** Gives a service its own Postgres database, its tables, its migrations, its feed and its health. */
export function Database(name: string): Partial<ServiceSchema> {
  return mixin({
    metadata: { database: name },
    actions: {
      health: handle(healthOf(name), (_, service: Self) => health(name, service)),
      events: eventsAction(name),
    },

    created(this: Self) {
      const sequelize = connect(name);
      this.migrated = false;
      this.leaving = false;
      this.timers = [];
      this.db = databaseOf(sequelize, {
        service: name,
        ready: () => this.migrated,
        onPublished: (published) => afterCommit(this, published),
        warn: (text, error) => this.logger.warn(text, error),
      });
      this.notify = singleFlight(() => sequenceEvents(name, this), { restMs: SEQUENCE_REST_MS });
      this.forget = singleFlight(() => deleteExpiredResults(name, this));
    },

    async started(this: Self) {
      const backoff = new Backoff(START_TIMEOUT_MS);
      while (!(await prepared(name, this)) && (await backoff.pause()));
      if (!this.migrated) void untilPrepared(name, this);
      this.timers.push(
        setInterval(() => void this.notify(), SEQUENCE_EVERY_MS),
        setInterval(() => void this.forget(), DELETE_EVERY_MS),
      );
    },

    async stopped(this: Self) {
      this.leaving = true;
      for (const timer of this.timers) clearInterval(timer);
      this.timers = [];
      await this.notify();
      await disconnect(this.db.sequelize);
    },
  });
}

/** Has the published events sequenced, and sends them to the live rooms that they name. */
function afterCommit(service: Self, published: readonly PublishedEvent[]): void {
  void service.notify();
  service.broker.localBus.emit(EVENTS_COMMITTED, published);
  const at = new Date().toISOString();
  const pushed = published.flatMap(({ event, record: { name, data } }) => {
    const rooms = event.rooms?.(data as never) ?? [];
    return rooms.length > 0 ? [{ name, data, rooms, at }] : [];
  });
  if (pushed.length > 0) void service.broker.broadcast("realtime.push", { events: pushed });
}

async function sequenceEvents(name: string, service: Self): Promise<void> {
  const { db, broker, logger } = service;
  if (!service.migrated) return;
  try {
    for (;;) {
      const sequenced = await runInContext({ action: `${name}.ring` }, () =>
        withDeadline(RING_LIMIT_MS, "Numbering events", () =>
          db.transaction((tx) => sequence(db.in(tx))),
        ),
      );
      if (!sequenced) return;
      const { position, names } = sequenced;
      await broker.broadcast(`${name}.feed`, { position, names });
      if (!isFull(sequenced)) return;
    }
  } catch (error) {
    logger.warn("Events could not be numbered; they will be at the next turn.", error);
  }
}

async function prepared(name: string, service: Self): Promise<boolean> {
  try {
    const folders = ["lib/migrations", `services/${name}/migrations`];
    const { excess } = await prepareDatabase(service.db.sequelize, folders, ownerDatabaseUrl(name));
    if (excess) service.logger.warn(EXCESS[excess](name.toUpperCase()));
    service.migrated = true;
  } catch (error) {
    const passing = translate(error);
    if (!isPassing(passing)) throw error;
    service.logger.warn("The database does not answer yet.", passing);
  }
  return service.migrated;
}

async function untilPrepared(name: string, service: Self): Promise<void> {
  const backoff = new Backoff(Infinity);
  while (!(await prepared(name, service)) && (await backoff.pause()));
}

async function deleteExpiredResults(name: string, service: Self): Promise<void> {
  const { db, logger } = service;
  if (!service.migrated) return;
  await runInContext({ action: `${name}.forget` }, () =>
    deleteExpired(db.sql, () => !service.leaving),
  ).catch((error: unknown) => logger.warn("Old answers could not be forgotten.", error));
}

async function health(name: string, { db }: Self) {
  const connected = await db.sql.row("select 1 as one").then(
    () => true,
    () => false,
  );
  return {
    status: connected ? ("healthy" as const) : ("unhealthy" as const),
    service: name,
    version: config.version,
    database: connected ? ("connected" as const) : ("disconnected" as const),
    timestamp: new Date().toISOString(),
  };
}
