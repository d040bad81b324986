/** Honours an Idempotency-Key as a contract says it, where the action is bound: no handler can forget it. */
import type { Context, Service } from "moleculer";
import type { Caller, Meta } from "./bus.ts";
import { retryOnConflict } from "./conflict.ts";
import type { Action, Idempotency } from "./contract.ts";
import type { Db } from "./database.ts";
import { groupCommit } from "./group-commit.ts";
import { guestSha256 } from "./guest-token.ts";
import {
  type Answered,
  type Claim,
  type Claimed,
  claimKey,
  saveAnswer,
  findByKeys,
} from "./idempotency.ts";
import { DatabaseBusy, type Sql, type Tx } from "./sql.ts";

/** A call as the platform sees it, before it is the handler's. */
export type Called = Context<unknown, Meta, Locals>;
interface Locals {
  caller?: Caller | undefined;
  resource?: unknown;
  tx?: Tx;
  claim?: KeyClaim | undefined;
}
type Run = (ctx: Called, service: Service) => Promise<unknown>;
type Look = (claim: Claim) => Promise<Answered<never> | undefined>;

/** The key of one request, for a handler that makes a thing (`idempotency: "resource"`). */
export class KeyClaim {
  readonly #claim: Claim;
  readonly #look: Look;
  #used = false;

  constructor(claim: Claim, look: Look) {
    this.#claim = claim;
    this.#look = look;
  }

  /** True if the handler has claimed the key. */
  get used(): boolean {
    return this.#used;
  }

  /**
   * The id of the thing that the key has made, without taking the key.
   * @throws KeyReused (422) when it came with another request
   */
  async made(): Promise<string | undefined> {
    this.#used = true;
    return (await this.#look(this.#claim))?.resourceId;
  }

  /**
   * Claims the key in the transaction that creates the resource. A second claim waits until the
   * first has committed, and then returns its id.
   * @throws KeyReused (422)
   */
  take(sql: Sql): Promise<Claimed<never>> {
    this.#used = true;
    return claimKey(sql, this.#claim);
  }

  /** Keeps the id of what was made, in the same transaction. */
  async keep(sql: Sql, resourceId: string): Promise<void> {
    await saveAnswer(sql, this.#claim, { resourceId });
  }
}

/** `run` with the key honoured as `contract` says; `run` itself when it says nothing. */
export function withIdempotencyKey(contract: Action, run: Run): Run {
  const { idempotency } = contract;
  return idempotency === undefined ? run : KINDS[idempotency](contract, run);
}

const KINDS: Readonly<Record<Idempotency, (contract: Action, run: Run) => Run>> = {
  key: (contract, run) => (ctx, service) => {
    const { db } = service as Service & { db: Db };
    const claim = claimOf(contract, ctx);
    return retryOnConflict(() =>
      db.transaction(async (tx) => {
        const sql = db.in(tx);
        const claimed = claim && (await claimKey<unknown>(sql, claim));
        if (claimed && !claimed.fresh && claimed.answer !== undefined) return claimed.answer;
        ctx.locals.tx = tx;
        const answer = await run(ctx, service);
        if (claim) await saveAnswer(sql, claim, { answer });
        return answer;
      }),
    );
  },

  resource: (contract, run) => async (ctx, service) => {
    const claim = claimOf(contract, ctx);
    if (!claim) return run(ctx, service);
    const keyClaim = new KeyClaim(claim, lookOf(service));
    ctx.locals.claim = keyClaim;
    const answer = await run(ctx, service);
    if (!keyClaim.used) throw new Error(`${contract.name} has not asked for its Idempotency-Key.`);
    return answer;
  },

  natural: (contract, run) => async (ctx, service) => {
    const { db } = service as Service & { db: Db };
    const claim = claimOf(contract, ctx);
    if (claim) await claimKey(db.sql, claim);
    return run(ctx, service);
  },
};

/** Returns undefined without a key, and for a guest without a token. */
function claimOf(contract: Action, { params, meta, locals }: Called): Claim | undefined {
  const { key } = meta;
  const guest = guestSha256(meta.guestToken);
  const principal = locals.caller?.id ?? (guest && `guest:${guest.toString("hex")}`);
  if (key === undefined || principal === undefined) return undefined;
  return {
    principal,
    key,
    request: { action: contract.name, params: comparable(contract, params) },
  };
}

/**
 * Returns the form by which two requests are compared. Secrets (`writeOnly`) are left out, because
 * a fast hash of them must not be stored.
 */
function comparable({ params: shapes }: Action, params: unknown): object {
  return Object.fromEntries(
    Object.entries(params as object).filter(([name]) => shapes[name]?.["writeOnly"] !== true),
  );
}

/** Lookups at the same moment share one statement. */
function lookOf(service: Service): Look {
  const known = looks.get(service);
  if (known) return known;
  const { db, name } = service as Service & { db: Db };
  const ask = groupCommit<Claim, { before: Answered<never> | undefined }>({
    name: `${name}.keys`,
    run: (claims) => findByKeys(db.sql, claims),
    full: () => Object.assign(DatabaseBusy({ reason: "keys" }), { retryable: true }),
  });
  const look: Look = async (claim) => (await ask(claim)).before;
  looks.set(service, look);
  return look;
}
const looks = new WeakMap<Service, Look>();
