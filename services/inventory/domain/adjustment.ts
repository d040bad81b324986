/** Why stock is adjusted: which way each reason goes, and what is at the other end of its entry. */
import { AdjustmentInvalid, type AdjustReason } from "../inventory.contract.ts";
import { LOSS, SUPPLIER } from "./places.ts";

interface Way {
  readonly goes: "in" | "out" | "either";
  readonly other: string;
}
const WAYS: Readonly<Record<AdjustReason, Way>> = {
  received: { goes: "in", other: SUPPLIER },
  supplier_return: { goes: "out", other: SUPPLIER },
  damaged: { goes: "out", other: LOSS },
  lost: { goes: "out", other: LOSS },
  stolen: { goes: "out", other: LOSS },
  expired: { goes: "out", other: LOSS },
  found: { goes: "in", other: LOSS },
  correction: { goes: "either", other: LOSS },
};

/** An entry of the ledger, without what it is about. */
interface Entry {
  readonly from: string;
  readonly to: string;
  readonly quantity: number;
}

/** `change` pieces at `place` as an entry between it and `other`. */
export const entryOf = (key: string, other: string, change: number): Entry =>
  change > 0
    ? { from: other, to: key, quantity: change }
    : { from: key, to: other, quantity: -change };

/** @throws AdjustmentInvalid (422) when the reason goes the other way, or nothing changes */
export function adjustmentOf(key: string, change: number, reason: AdjustReason): Entry {
  const { goes, other } = WAYS[reason];
  const wrong = change === 0 || (change < 0 && goes === "in") || (change > 0 && goes === "out");
  if (wrong) throw AdjustmentInvalid({ reason });
  return entryOf(key, other, change);
}

/**
 * Returns the change that brings `onHand` as close to `target` as possible: never below the
 * reserved quantity.
 */
export const changeTowards = (
  target: number,
  { onHand, reserved }: { onHand: number; reserved: number },
): number => Math.max(target, Math.min(onHand, reserved)) - onHand;
