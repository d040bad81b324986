/** The states of a transfer, and the quantities that are still in transit. */
import {
  NotOnItsWay,
  type Transfer,
  TransferInvalid,
  type TransferLine,
  TransferNotOpen,
  type TransferState,
} from "../inventory.contract.ts";

const NEXT: Readonly<Record<TransferState, readonly TransferState[]>> = {
  draft: ["shipped", "cancelled"],
  shipped: ["received", "cancelled"],
  received: [],
  cancelled: [],
};

/** @throws TransferNotOpen (409) when it cannot go to `state` from where it is */
export function assertMove({ id, state }: Pick<Transfer, "id" | "state">, to: TransferState): void {
  if (!NEXT[state].includes(to)) throw TransferNotOpen({ transferId: id, state });
}

export const outstanding = ({
  sent,
  received,
  lost,
  returned,
}: Pick<TransferLine, "sent" | "received" | "lost" | "returned">): number =>
  sent - received - lost - returned;

export const isComplete = (lines: readonly TransferLine[]): boolean =>
  lines.every((line) => outstanding(line) === 0);

/** Quantities of a line that arrived, or are lost. */
export interface Arrival {
  readonly variantId: string;
  readonly received: number;
  readonly lost?: number | undefined;
  readonly reason?: string | undefined;
}

/** All that is on its way, as arrived. */
export const everything = (lines: readonly TransferLine[]): Arrival[] =>
  lines
    .map((line) => ({ variantId: line.variantId, received: outstanding(line) }))
    .filter(({ received }) => received > 0);

/**
 * The lines after `arrivals`.
 * @throws NotOnItsWay (409) when more arrived than is due; TransferInvalid (422) for a variant that
 * is named twice or counted at nothing, or for a loss without a reason
 */
export function arrived(
  lines: readonly TransferLine[],
  arrivals: readonly Arrival[],
): TransferLine[] {
  const byVariant = new Map(arrivals.map((arrival) => [arrival.variantId, arrival]));
  const sent = new Map(lines.map((line) => [line.variantId, line]));
  if (byVariant.size !== arrivals.length) throw TransferInvalid({ reason: "repeated" });
  for (const { variantId, received, lost = 0, reason } of arrivals) {
    if (received + lost === 0) throw TransferInvalid({ reason: "nothing" });
    if (lost > 0 && reason === undefined) throw TransferInvalid({ reason: "lost without reason" });
    const line = sent.get(variantId);
    const due = line ? outstanding(line) : 0;
    if (received + lost > due) throw NotOnItsWay({ variantId, outstanding: due });
  }
  return lines.map((line) => {
    const arrival = byVariant.get(line.variantId);
    if (!arrival) return line;
    const { received, lost = 0, reason } = arrival;
    return {
      ...line,
      received: line.received + received,
      lost: line.lost + lost,
      ...(lost > 0 && reason !== undefined && { lostReason: reason }),
    };
  });
}

/** The lines when what is on its way turns back. */
export const turnedBack = (lines: readonly TransferLine[]): TransferLine[] =>
  lines.map((line) => ({ ...line, returned: line.returned + outstanding(line) }));

/** The wanted lines, each variant once. @throws TransferInvalid (422) for one and the same store */
export function createLines(
  { fromStoreId, toStoreId }: Pick<Transfer, "fromStoreId" | "toStoreId">,
  wanted: readonly { variantId: string; quantity: number }[],
): { variantId: string; quantity: number }[] {
  if (fromStoreId === toStoreId) throw TransferInvalid({ reason: "same store" });
  const variants = new Set(wanted.map(({ variantId }) => variantId));
  if (variants.size !== wanted.length) throw TransferInvalid({ reason: "repeated" });
  return [...wanted];
}
