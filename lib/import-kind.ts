import type { ImportIssue, ImportJob, AppliedBatch } from "./imports.ts";
import type { Tx } from "./sql.ts";

/** Defines how files of one kind are imported. */
export interface ImportKind<Item extends object, Ready = undefined> {
  readonly kind: string;
  /** The same bytes must give the same items in the same order, every time. */
  read(bytes: () => AsyncIterable<Uint8Array>): AsyncIterable<Item | ImportIssue>;
  isError(item: Item | ImportIssue): item is ImportIssue;
  lineOf(item: Item): number;
  /** The share of a batch that an item fills; a batch is full at `BATCH`. */
  weightOf(item: Item): number;
  /** Outside of the transaction, before it: for calls. May be repeated. */
  prepare(items: readonly Item[], job: ImportJob): Promise<Ready>;
  /** Runs in the batch's transaction. */
  apply(tx: Tx, items: readonly Item[], ready: Ready, job: ImportJob): Promise<AppliedBatch>;
  /** The line of the report for an item that could not be taken because of a fault of ours. */
  failed(item: Item, error: unknown): ImportIssue;
}

export type AnyImportKind = ImportKind<object, unknown>;
/** Puts kinds of different things into one list: a runner hands to each only what itself has read. */
export const importKind = <Item extends object, Ready>(kind: ImportKind<Item, Ready>) =>
  kind as unknown as AnyImportKind;
