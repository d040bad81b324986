import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { UserDeleted } from "../../identity/identity.contract.ts";
import { erasePerson } from "../store/erasure.store.ts";
import type { OrdersService } from "../orders.types.ts";

/** Orders stay as the facts that they are; addresses and words of whoever has gone do not. */
export const onUserDeleted: Reacts<typeof UserDeleted, OrdersService> = async (
  { data: { userId } },
  tx,
  { db },
) => {
  await erasePerson(db.in(tx), userId);
};
