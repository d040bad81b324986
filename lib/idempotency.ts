/**
 * Every request may be repeated. A client's `Idempotency-Key` and a saga's command id are stored
 * with the answer in the transaction of the effect; a repetition gets the stored answer.
 */
import { createHash } from "node:crypto";
import { v5 } from "uuid";
import { deleteInBatches } from "./delete-in-batches.ts";
import { failure } from "./failure.ts";
import type { Sql, Tx } from "./sql.ts";

export const KeyReused = failure<{ key: string }>("IDEMPOTENCY_KEY_REUSED", 422, {
  en: "The Idempotency-Key {key} was used for another request. Send a new key with a new request.",
  fr: "La clé Idempotency-Key {key} a servi pour une autre demande. Envoyez une nouvelle clé avec une nouvelle demande.",
});
export const KeyInvalid = failure<{ max: number }>("IDEMPOTENCY_KEY_INVALID", 400, {
  en: "An Idempotency-Key is 1 to {max} printable characters. Send another one.",
  fr: "Une clé Idempotency-Key compte 1 à {max} caractères imprimables. Envoyez-en une autre.",
});
export const MAX_KEY = 255;

export interface Claim {
  /** The owner of the key: two people may use the same text. */
  readonly principal: string;
  readonly key: string;
  readonly request: unknown;
}
export interface Answered<R> {
  readonly fresh: false;
  readonly resourceId?: string;
  readonly answer?: R;
}
export type Claimed<R> = { fresh: true } | Answered<R>;
const PRINTABLE = /^[\x20-\x7e]{1,255}$/;

/**
 * Claims the key in the transaction of the effect. A second claim waits until the first has
 * committed, and then returns its answer.
 * @throws KeyReused (422) when the same key came with another request, KeyInvalid (400)
 */
export async function claimKey<R>(sql: Sql, claim: Claim): Promise<Claimed<R>> {
  assertKey(claim);
  const claimed = await sql.run(
    `insert into idempotency (principal, key, req_sha256) values ($1, $2, $3)
     on conflict do nothing`,
    [claim.principal, claim.key, sha256(claim.request)],
  );
  if (claimed === 1) return { fresh: true };
  const before = await findByKey<R>(sql, claim);
  if (before) return before;
  throw KeyReused({ key: claim.key });
}

/**
 * Returns the saved answer of a key without claiming it, which avoids repeating the work.
 * @throws KeyReused (422) when it came with another request, KeyInvalid (400)
 */
export async function findByKey<R>(sql: Sql, claim: Claim): Promise<Answered<R> | undefined> {
  assertKey(claim);
  const before = await sql.row<KeyRow<R>>(
    `select ${COLUMNS} from idempotency where principal = $1 and key = $2`,
    [claim.principal, claim.key],
  );
  return before && answerIn(before, claim);
}

/** Does the same as `findByKey` for many keys; an Error for each one that is refused. */
export async function findByKeys<R>(
  sql: Sql,
  claims: readonly Claim[],
): Promise<({ before: Answered<R> | undefined } | Error)[]> {
  const rows = await sql.rows<KeyRow<R>>(
    `select ${COLUMNS} from idempotency
     join unnest($1::text[], $2::text[]) as asked (principal, key) using (principal, key)`,
    [claims.map(({ principal }) => principal), claims.map(({ key }) => key)],
  );
  const nameOf = ({ principal, key }: Pick<Claim, "principal" | "key">) => `${principal} ${key}`;
  const saved = new Map(rows.map((row) => [nameOf(row), row]));
  return claims.map((claim) => {
    try {
      assertKey(claim);
      const before = saved.get(nameOf(claim));
      return { before: before && answerIn(before, claim) };
    } catch (error) {
      return error as Error;
    }
  });
}

const COLUMNS = "principal, key, req_sha256, resource_id, answer";
interface KeyRow<R> extends Pick<Claim, "principal" | "key"> {
  readonly req_sha256: Buffer;
  readonly resource_id: string | null;
  readonly answer: R | null;
}

function answerIn<R>({ req_sha256, resource_id, answer }: KeyRow<R>, claim: Claim): Answered<R> {
  if (!req_sha256.equals(sha256(claim.request))) throw KeyReused({ key: claim.key });
  return {
    fresh: false,
    ...(resource_id !== null && { resourceId: resource_id }),
    ...(answer !== null && { answer }),
  };
}

function assertKey({ key }: Claim): void {
  if (!PRINTABLE.test(key)) throw KeyInvalid({ max: MAX_KEY });
}

export const saveAnswer = (
  sql: Sql,
  { principal, key }: Claim,
  { resourceId, answer }: { resourceId?: string; answer?: unknown },
) =>
  sql.run(
    `update idempotency set resource_id = $3, answer = $4 where principal = $1 and key = $2`,
    [principal, key, resourceId ?? null, answer === undefined ? null : JSON.stringify(answer)],
  );

/** The id of the n-th command of a step: the same whenever and wherever it is sent again. */
export const commandId = (processId: string, step: string, n = 0): string =>
  v5(`${step}:${n}`, processId);

interface Transactions {
  readonly sql: Sql;
  in(tx: Tx): Sql;
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

class ExecutedMeanwhile extends Error {}

/**
 * Carries out a command once. Asked again with the same id, also at the same moment on another
 * node, it answers what was answered the first time and does nothing.
 */
export async function executeOnce<R>(
  db: Transactions,
  { id, action }: { id: string; action: string },
  work: (tx: Tx) => Promise<R>,
): Promise<R> {
  const before = await resultOf<R>(db.sql, id);
  if (before) return before.result;
  try {
    return await db.transaction(async (tx) => {
      const result = await work(tx);
      const saved = await saveResults(db.in(tx), action, [{ id, result }]);
      if (saved !== 1) throw new ExecutedMeanwhile();
      return result;
    });
  } catch (error) {
    // A failed work is looked up too: another node may have done it just now.
    const meanwhile = await resultOf<R>(db.sql, id);
    if (meanwhile) return meanwhile.result;
    throw error;
  }
}

export const resultOf = <R>(sql: Sql, id: string): Promise<{ result: R } | undefined> =>
  sql.row<{ result: R }>("select result from command_result where id = $1", [id]);

/** Answers that were given to several commands before, by their ids. */
export async function resultsOf<R>(sql: Sql, ids: readonly string[]): Promise<Map<string, R>> {
  const rows = await sql.rows<{ id: string; result: R }>(
    "select id, result from command_result where id = any($1::uuid[])",
    [ids],
  );
  return new Map(rows.map(({ id, result }) => [id, result]));
}

/** Saves answers of several commands at once; returns how many were new. */
export const saveResults = (
  sql: Sql,
  action: string,
  results: readonly { id: string; result: unknown }[],
): Promise<number> =>
  sql.run(
    `insert into command_result (id, action, result)
     select id, $1, result from unnest($2::uuid[], $3::jsonb[]) as r (id, result)
     on conflict do nothing`,
    [
      action,
      results.map(({ id }) => id),
      results.map(({ result }) => JSON.stringify(result ?? null)),
    ],
  );

const DAY_MS = 86_400_000;

/** Deletes expired keys and answers, as long as `goesOn`. */
export async function deleteExpired(sql: Sql, goesOn?: () => boolean): Promise<void> {
  const before = (days: number) => new Date(Date.now() - days * DAY_MS);
  const keys = { table: "idempotency", at: "created_at", until: before(7) };
  const answers = { table: "command_result", at: "at", until: before(90) };
  for (const expired of [keys, answers]) await deleteInBatches(sql, expired, goesOn);
}

const sha256 = (value: unknown) => createHash("sha256").update(canonical(value)).digest();

/** JSON with its keys in order, so that the same request is the same text. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      part !== null && typeof part === "object" && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? "null"
  );
}
