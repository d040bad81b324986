/**
 * Simulates a payment service provider: objects of its own that survive a crash, idempotency keys,
 * one row that orders confirmation and cancellation, signed webhooks. It runs its own transactions,
 * never within ours, and can be set to misbehave.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { v7 } from "uuid";
import type { Db } from "../../../../lib/database.ts";
import { isPassing, type Sql } from "../../../../lib/sql.ts";
import type { Scenario } from "../../contract/shapes.ts";
import { type Charge, type GivenBack, OutcomeUnknown, type Provider } from "../provider.ts";
import { cancelled, decideLate, decideNow, decideRefund } from "./decide.ts";
import * as store from "./store.ts";
import { announce, eventIn, isKnownType } from "./webhooks.ts";

export interface Simulator extends Provider {
  /** Decides what was to be decided later and is due. */
  decideDue(): Promise<void>;
}
/** `kick` is called when webhooks wait to be delivered. */
export function simulatorOf(db: Db, kick: () => void): Simulator {
  const within = <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
    db.transaction(async (tx) => {
      db.afterCommit(tx, kick);
      return work(db.in(tx));
    });
  const attend = <T>(call: Call, work: () => Promise<T>) => answering(db.sql, call, work);

  return {
    name: "simulator",
    local: false,

    create: (key, creation) =>
      attend({ name: "create", key }, () =>
        within(async (sql) => {
          const id = `pi_${v7()}`;
          const intent = await store.createIntent(sql, { id, key, ...creation });
          if (intent?.amountMinor !== creation.amountMinor) throw new Error("key used differently");
          const before = intent.id !== id;
          return chargeOf(intent, before ? await store.latestAttempt(sql, intent.id) : undefined);
        }),
      ),
    confirm: (key, id, simulate) =>
      attend({ name: "confirm", key, id, simulate }, () =>
        within((sql) => confirm(sql, key, id, simulate)),
      ),
    get: (id) =>
      attend({ name: "get", key: id, id }, async () => {
        const seen = await store.lookAt(db.sql, id);
        if (seen && !decideLate(seen, moment())) return chargeOf(seen, seen.attempt ?? undefined);
        return within((sql) => get(sql, id));
      }),
    cancel: (id) => attend({ name: "cancel", key: id, id }, () => within((sql) => cancel(sql, id))),
    refund: (key, id, amountMinor) =>
      attend({ name: "refund", key, id }, () =>
        within((sql) => refund(sql, key, { id, amountMinor })),
      ),
    understands: isKnownType,
    verifyWebhook: eventIn,

    async decideDue() {
      for (const { id } of await store.dueIntents(db.sql)) await within((sql) => get(sql, id));
      for (const { key, intentId } of await store.dueRefunds(db.sql))
        await within(async (sql) => decideRefundNow(sql, key, await locked(sql, intentId)));
    },
  };
}

interface Call {
  readonly name: NonNullable<Scenario["timeout"]>["call"];
  readonly key: string;
  readonly id?: string;
  readonly simulate?: Scenario | undefined;
}
/** Loses the answer when the scenario says so, and says so too when our own database is away. */
async function answering<T>(sql: Sql, call: Call, work: () => Promise<T>): Promise<T> {
  let cause: unknown;
  try {
    const { timeout, slowMs } = await scenarioFor(sql, call);
    if (slowMs !== undefined) await sleep(slowMs);
    if (timeout?.call !== call.name) return await work();
    const n = await store.countTimeout(sql, call.key, call.name);
    if (n > (timeout.times ?? 1)) return await work();
    if (timeout.done) await work();
  } catch (error) {
    if (!isPassing(error)) throw error;
    cause = error;
  }
  throw new OutcomeUnknown(`${call.name} was not answered`, { cause });
}

async function scenarioFor(sql: Sql, { id, simulate }: Call): Promise<Scenario> {
  const usual = await store.defaultScenario(sql);
  if (simulate !== undefined || id === undefined) return { ...usual, ...simulate };
  const own = await store.scenarioOf(sql, id);
  return { ...usual, ...own };
}

const moment = () => ({ now: new Date(), chargeId: `ch_${v7()}` });

/** The locked intent, with what was due decided. */
async function locked(sql: Sql, id: string): Promise<store.Intent> {
  const intent = await store.lockIntent(sql, id);
  if (!intent) throw new Error(`The simulator has no ${id}.`);
  const late = decideLate(intent, moment());
  if (!late) return intent;
  await store.updateIntent(sql, late.intent);
  await store.decideAttempt(sql, id, late.attempt);
  await announce(sql, late.intent, `payment.${late.attempt.state}`);
  return late.intent;
}

async function confirm(sql: Sql, key: string, id: string, simulate?: Scenario): Promise<Charge> {
  const [intent, seen] = await Promise.all([locked(sql, id), store.findAttempt(sql, key)]);
  // A delayed decision may just have been made.
  const before = seen?.state === "processing" ? await store.findAttempt(sql, key) : seen;
  if (before || intent.status !== "open")
    return chargeOf(intent, before ?? (await store.latestAttempt(sql, id)));
  const scenario = { ...(await store.defaultScenario(sql)), ...simulate };
  const decided = decideNow(intent, scenario, moment());
  await Promise.all([
    store.updateIntent(sql, decided.intent),
    store.insertAttempt(sql, id, { key, ...decided.attempt }),
    announce(sql, decided.intent, `payment.${decided.attempt.state}`),
  ]);
  return chargeOf(decided.intent, { key, ...decided.attempt });
}

async function get(sql: Sql, id: string): Promise<Charge> {
  return chargeOf(await locked(sql, id), await store.latestAttempt(sql, id));
}

async function cancel(sql: Sql, id: string): Promise<Charge> {
  const intent = await locked(sql, id);
  const scenario = { ...(await store.defaultScenario(sql)), ...intent.scenario };
  const after = cancelled(intent, scenario, new Date());
  if (after) {
    await store.updateIntent(sql, after);
    await announce(sql, after, "payment.canceled");
  }
  return chargeOf(after ?? intent, await store.latestAttempt(sql, id));
}

async function refund(
  sql: Sql,
  key: string,
  { id, amountMinor }: { id: string; amountMinor: number },
): Promise<GivenBack> {
  const intent = await locked(sql, id);
  await decideRefundNow(sql, key, intent);
  const before = await store.findRefund(sql, key);
  if (before) return givenBack(before);
  const left = intent.amountMinor - (await store.refundedOf(sql, id));
  const scenario = { ...(await store.defaultScenario(sql)), ...intent.scenario };
  const possible = intent.status === "succeeded" && amountMinor <= left;
  const { decideAt, ...decided } = possible
    ? decideRefund(scenario, new Date())
    : ({ status: "failed", reason: "amount_too_large", decideAt: null } as const);
  const made = { id: `re_${v7()}`, intentId: id, ...decided };
  await store.insertRefund(sql, key, made, { amountMinor, decideAt });
  await announce(sql, intent, `refund.${made.status}`);
  return givenBack(made);
}

async function decideRefundNow(sql: Sql, key: string, intent: store.Intent): Promise<void> {
  const settled = await store.settleRefund(sql, key);
  if (settled === 1) await announce(sql, intent, "refund.succeeded");
}

const givenBack = ({ id, status, reason }: store.Refund): GivenBack => ({
  refundId: id,
  status,
  ...(reason !== null && { reason }),
});

const chargeOf = (intent: store.Intent, attempt: store.Attempt | undefined): Charge => ({
  providerId: intent.id,
  status: intent.status,
  ...(intent.chargeId !== null && { chargeId: intent.chargeId }),
  ...(attempt && {
    attempt: {
      key: attempt.key,
      state: attempt.state,
      ...(attempt.reason !== null && { reason: attempt.reason }),
    },
  }),
});
