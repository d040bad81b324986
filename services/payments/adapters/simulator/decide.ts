/** Decisions of the simulated provider. Pure: the clock and new ids come in. */
import type { Scenario } from "../../contract/shapes.ts";
import type { Attempt, Intent } from "./store.ts";

interface Moment {
  readonly now: Date;
  /** The id of a charge that succeeds. */
  readonly chargeId: string;
}
interface Decision {
  readonly intent: Intent;
  readonly attempt: Omit<Attempt, "key">;
}

const DECLINED = "card_declined";
const inMs = (now: Date, ms: number) => new Date(now.getTime() + ms);

/** Decides an attempt on an open intent, at once or by setting it to processing. */
export function decideNow(intent: Intent, scenario: Scenario, { now, chargeId }: Moment): Decision {
  const retained = { ...intent, scenario };
  if (scenario.lateMs !== undefined)
    return {
      intent: { ...retained, status: "processing", decideAt: inMs(now, scenario.lateMs) },
      attempt: { state: "processing", reason: null },
    };
  if (scenario.decline)
    return {
      intent: retained,
      attempt: { state: "declined", reason: scenario.reason ?? DECLINED },
    };
  return {
    intent: { ...retained, status: "succeeded", chargeId },
    attempt: { state: "succeeded", reason: null },
  };
}

/** Returns a delayed decision once its time has come; undefined before. */
export function decideLate(intent: Intent, { now, chargeId }: Moment): Decision | undefined {
  if (intent.decideAt === null || intent.decideAt > now) return undefined;
  const settled = { ...intent, decideAt: null };
  if (intent.status === "processing" && intent.scenario.decline)
    return {
      intent: { ...settled, status: "open" },
      attempt: { state: "declined", reason: intent.scenario.reason ?? DECLINED },
    };
  return {
    intent: { ...settled, status: "succeeded", chargeId },
    attempt: { state: "succeeded", reason: null },
  };
}

/** Only an open intent can be cancelled: one in processing has to finish first. */
export function cancelled(intent: Intent, scenario: Scenario, now: Date): Intent | undefined {
  if (intent.status !== "open") return undefined;
  const decideAt = scenario.captureAfterCancel ? inMs(now, scenario.lateMs ?? 1) : null;
  return { ...intent, status: "canceled", decideAt };
}

/** When each copy of a webhook is delivered, in ms from now: none if they are lost. */
export function deliveriesOf(scenario: Scenario, chance: () => number): number[] {
  if (scenario.loseWebhooks) return [];
  const { shuffleMs = 0 } = scenario;
  return Array.from({ length: scenario.copies ?? 1 }, () => Math.floor(chance() * shuffleMs));
}

export function decideRefund(scenario: Scenario, now: Date) {
  if (scenario.refund === "fail")
    return { status: "failed", reason: "refund_refused", decideAt: null } as const;
  if (scenario.refund === "late")
    return { status: "pending", reason: null, decideAt: inMs(now, scenario.lateMs ?? 1) } as const;
  return { status: "succeeded", reason: null, decideAt: null } as const;
}
