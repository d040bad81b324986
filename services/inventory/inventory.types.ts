import type { DatabaseService, Db } from "../../mixins/database.mixin.ts";
import type { Params, Result } from "../../lib/contract.ts";
import type { CommitStock, ReleaseStock, ReserveStock } from "./inventory.contract.ts";

export type InventoryDb = Db;
export type Reserve = Params<typeof ReserveStock>;
export type Reserved = Result<typeof ReserveStock>;
export interface Settle {
  readonly kind: "commit" | "release";
  readonly commandId: string;
  readonly orderId: string;
}
export type Settled = Result<typeof CommitStock> | Result<typeof ReleaseStock>;
/** Queues in which commands of orders wait for their group: each uses one connection. */
export interface Groups {
  readonly reserve: (command: Reserve) => Promise<Reserved>;
  readonly settle: (command: Settle) => Promise<Settled>;
}
export type InventoryService = DatabaseService & { groups: Groups };
