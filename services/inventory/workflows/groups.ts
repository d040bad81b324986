import type { ServiceSchema } from "moleculer";
import { mixin } from "../../../lib/bus.ts";
import { groupCommit } from "../../../lib/group-commit.ts";
import { CommitStock, InventoryBusy, ReserveStock } from "../inventory.contract.ts";
import type { Groups, InventoryDb, InventoryService } from "../inventory.types.ts";
import { reserveGroup } from "./reserve.ts";
import { settleGroup } from "./settle.ts";

const busy = () => Object.assign(InventoryBusy({}), { retryable: true });

/** The queues of one node. Several nodes need no leader: the database's locks keep them exact. */
const groupsOf = (database: () => InventoryDb): Groups => ({
  reserve: groupCommit({
    name: ReserveStock.name,
    run: (group) => reserveGroup(database(), group),
    full: busy,
  }),
  settle: groupCommit({
    name: CommitStock.name,
    run: (group) => settleGroup(database(), group),
    full: busy,
  }),
});

/** Gives the service its queues. */
export const Grouping = (): Partial<ServiceSchema> =>
  mixin({
    created(this: InventoryService) {
      this.groups = groupsOf(() => this.db);
    },
  });
