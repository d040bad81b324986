/** Allocates limited stock first come, first served; an order gets all of its lines or nothing. */
import type { Allocation } from "../inventory.contract.ts";
import { availableAt, type Shelf } from "./shelves.ts";

export interface WantedLine {
  readonly line: number;
  readonly variantId: string;
  readonly quantity: number;
}
export interface Wanted {
  readonly orderId: string;
  /** The store to take from before any other. */
  readonly storeId?: string | undefined;
  readonly lines: readonly WantedLine[];
}
export type Allotment =
  | { readonly outcome: "reserved"; readonly allocations: Allocation[] }
  | { readonly outcome: "rejected"; readonly variantId: string; readonly available: number };

interface Offer {
  /** Variants that there is always enough of: services and downloads. Nothing is allocated of them. */
  readonly unlimited: ReadonlySet<string>;
  /** Shelves of the limited variants, in the order in which they are tried. */
  readonly shelves: readonly Shelf[];
}

/**
 * Allocates each of `wanted` in turn: from the wanted store first, then from the others in the
 * order of `shelves`, split when one has not enough. The first line short rejects the order, with
 * the quantity of that variant that there was for it.
 */
export function allocate(wanted: readonly Wanted[], offer: Offer): Allotment[] {
  const left = new Map<string, Map<string, number>>();
  for (const shelf of offer.shelves) {
    const stores = left.get(shelf.variantId) ?? new Map<string, number>();
    left.set(shelf.variantId, stores);
    if (shelf.open) stores.set(shelf.storeId, availableAt(shelf));
  }
  return wanted.map((order) => allotOne(order, offer.unlimited, left));
}

type Left = Map<string, Map<string, number>>;

function allotOne(order: Wanted, unlimited: ReadonlySet<string>, left: Left): Allotment {
  const allocations: Allocation[] = [];
  for (const line of order.lines) {
    if (unlimited.has(line.variantId)) continue;
    const taken = take(line, order.storeId, left.get(line.variantId));
    allocations.push(...taken);
    const got = taken.reduce((sum, { quantity }) => sum + quantity, 0);
    if (got === line.quantity) continue;
    for (const { variantId, storeId, quantity } of allocations)
      add(left, variantId, storeId, quantity);
    const { variantId } = line;
    return { outcome: "rejected", variantId, available: sumOf(left.get(variantId)) };
  }
  return { outcome: "reserved", allocations };
}

/** Takes up to what the line wants out of `stores`. */
function take(
  { line, variantId, quantity }: WantedLine,
  first: string | undefined,
  stores: Map<string, number> | undefined,
): Allocation[] {
  if (!stores) return [];
  const taken: Allocation[] = [];
  let missing = quantity;
  const order =
    first !== undefined && stores.has(first) ? [first, ...stores.keys()] : stores.keys();
  for (const storeId of order) {
    const some = Math.min(missing, stores.get(storeId) ?? 0);
    if (some <= 0) continue;
    stores.set(storeId, (stores.get(storeId) ?? 0) - some);
    taken.push({ line, storeId, variantId, quantity: some });
    missing -= some;
    if (missing === 0) break;
  }
  return taken;
}

function add(left: Left, variantId: string, storeId: string, quantity: number): void {
  const stores = left.get(variantId);
  stores?.set(storeId, (stores.get(storeId) ?? 0) + quantity);
}

const sumOf = (stores: Map<string, number> | undefined): number =>
  [...(stores?.values() ?? [])].reduce((sum, quantity) => sum + quantity, 0);
