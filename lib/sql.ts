/**
 * Plain SQL over Sequelize's pool. Hot statements go this way, as prepared statements: a hydrated
 * Sequelize row costs several times the query itself. Statements must be constant texts.
 */
import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import { Errors } from "moleculer";
import pg from "pg";
import type { Sequelize, Transaction } from "sequelize";
import { failure } from "./failure.ts";

/** A transaction in progress. Every statement of it names it. */
export type Tx = Transaction;

export interface Sql {
  /** The rows that `text` answers with. Columns named in snake_case come as they are named. */
  rows<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]>;
  /** The first row, if there is one. */
  row<R extends object>(text: string, values?: readonly unknown[]): Promise<R | undefined>;
  /** Returns the number of rows inserted, changed or removed. Check it. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
  /** Runs statements of Sequelize on the same connection: with `tx` in that transaction. */
  use<T>(work: (sequelize: Sequelize, tx: Tx | undefined) => Promise<T>): Promise<T>;
}

interface Client {
  readonly connection?: { readonly stream: Duplex };
  query(statement: object | string): Promise<{ rows: object[]; rowCount: number | null }>;
}

export const DatabaseUnavailable = failure<{ reason: string }>("DATABASE_UNAVAILABLE", 503, {
  en: "The service cannot reach its database at the moment. Try again in a few seconds.",
  fr: "Le service ne peut pas joindre sa base de données pour l'instant. Réessayez dans quelques secondes.",
});
export const DatabaseBusy = failure<{ reason: string }>("DATABASE_BUSY", 503, {
  en: "Too many are changing this at once. Try again in a moment.",
  fr: "Trop de personnes modifient cela en même temps. Réessayez dans un instant.",
});
export const DatabaseTimeout = failure<{ reason: string }>("DATABASE_TIMEOUT", 504, {
  en: "This takes longer than it may. Ask for less at once, or try again later.",
  fr: "Cette demande prend plus de temps qu'il n'est permis. Demandez moins à la fois, ou réessayez plus tard.",
});
export const DatabaseFull = failure<{ reason: string }>("DATABASE_FULL", 503, {
  en: "The service's database has no room left on its disk. Try again when an operator has made room.",
  fr: "La base de données du service n'a plus de place sur son disque. Réessayez quand un opérateur en aura libéré.",
});
export const DatabaseOutOfMemory = failure<{ reason: string }>("DATABASE_OUT_OF_MEMORY", 503, {
  en: "The service's database is short of memory at the moment. Try again in a few minutes.",
  fr: "La base de données du service manque de mémoire pour l'instant. Réessayez dans quelques minutes.",
});

// Sums and counts come back as numbers: what shapes allow stays below 2^53, and beyond it we refuse.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond what a number holds.`);
  return value;
});

const names = new Map<string, string>();
const MAX_PREPARED = 2_000;

/** A statement's name is the hash of its text, so that each connection plans it once. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAX_PREPARED) return known;
  const name = createHash("sha1").update(text).digest("hex").slice(0, 20);
  names.set(text, name);
  return name;
}

/** A statement as `pg` takes it, prepared where it is used again. */
export const statement = (text: string, values: readonly unknown[] = []) => ({
  name: nameOf(text),
  text,
  values,
});

export function sqlOf(sequelize: Sequelize, tx?: Tx): Sql {
  const query = (text: string, values?: readonly unknown[]) =>
    withClient(sequelize, tx, (client) => {
      sendTogether(client);
      return client.query(statement(text, values));
    });
  return {
    rows: async <R>(text: string, values?: readonly unknown[]) =>
      (await query(text, values)).rows as R[],
    row: async <R>(text: string, values?: readonly unknown[]) =>
      (await query(text, values)).rows[0] as R | undefined,
    run: async (text, values) => (await query(text, values)).rowCount ?? 0,
    use: (work) =>
      work(sequelize, tx).catch((error: unknown) => {
        throw translate(error);
      }),
  };
}

const held = new WeakSet<Duplex>();

/**
 * Statements that are given to a connection before anything is waited for leave in one write: each
 * write wakes the server, which costs more than most statements.
 */
export function sendTogether({ connection }: Pick<Client, "connection">): void {
  const stream = connection?.stream;
  if (!stream || held.has(stream)) return;
  held.add(stream);
  stream.cork();
  process.nextTick(() => {
    held.delete(stream);
    stream.uncork();
  });
}

async function withClient<T>(
  sequelize: Sequelize,
  tx: Tx | undefined,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  try {
    if (tx) return await work((tx as unknown as { connection: Client }).connection);
    const connection = await sequelize.connectionManager.getConnection({ type: "write" });
    try {
      return await work(connection as Client);
    } finally {
      sequelize.connectionManager.releaseConnection(connection);
    }
  } catch (error) {
    throw translate(error);
  }
}

/** The connection is lost, or the server starts or stops: transient, so the caller may retry. */
const GONE =
  /^(08...|57P0[1-5]|25P03|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
/** Deadlock, serialisation, lock time-out. */
const BUSY = /^(40001|40P01|55P03)$/;
const GONE_WORDS =
  /Connection terminated|not queryable|connection is closed|client was closed|manager was closed|pool is draining/i;
/** The limit of a statement. To try again would only take as long again. */
const CANCELLED = "57014";
const FULL = "53100";
const OUT_OF_MEMORY = "53200";

/**
 * Makes of a driver's error one that means the same on every node; what is a bug stays as it is. Its
 * `cause` is the server's own error.
 */
export function translate(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Errors.MoleculerError) return error;
  const failed = failureFor(error, codeOf(error));
  return failed ? Object.assign(failed, { cause: error }) : error;
}

function failureFor(error: Error, reason: string): Errors.MoleculerError | undefined {
  if (
    GONE.test(reason) ||
    GONE_WORDS.test(error.message) ||
    /^Sequelize(Connection|Host|AccessDenied)/.test(error.name)
  )
    return retryable(DatabaseUnavailable({ reason: reason || error.name }));
  if (BUSY.test(reason)) return retryable(DatabaseBusy({ reason }));
  if (reason === FULL) return retryable(DatabaseFull({ reason }));
  if (reason === OUT_OF_MEMORY) return retryable(DatabaseOutOfMemory({ reason }));
  return reason === CANCELLED ? DatabaseTimeout({ reason }) : undefined;
}

function retryable<E extends Errors.MoleculerError>(error: E): E {
  error.retryable = true;
  return error;
}

/** SQLSTATE of a driver's or Sequelize's error, or "". */
export function codeOf(error: unknown): string {
  const { code, original, parent } = (error ?? {}) as Record<string, unknown>;
  if (typeof code === "string") return code;
  return original || parent ? codeOf(original ?? parent) : "";
}
export const isUniqueViolation = (error: unknown) => codeOf(error) === "23505";
export const isCheckViolation = (error: unknown) => codeOf(error) === "23514";
/** Returns true if an error is transient. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Error && "retryable" in error && error.retryable === true;
