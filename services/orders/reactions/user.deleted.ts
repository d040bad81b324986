import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { UserDeleted } from "../../identity/identity.contract.ts";
import { erasePerson } from "../store/erasure.store.ts";
import type { OrdersService } from "../orders.types.ts";

/** Orders remain as facts; the deleted person's addresses and notes are erased. */
export const onUserDeleted: Reacts<typeof UserDeleted, OrdersService> = async (
  { data: { userId } },
  tx,
  { db },
) => {
  await erasePerson(db.in(tx), userId);
};
