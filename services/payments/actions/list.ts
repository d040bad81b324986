import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, keyOf, pageOf } from "../../../lib/page.ts";
import { visibleStores } from "../../../lib/scope.ts";
import { toPayment } from "../workflows/toPayment.ts";
import type { ListPayments } from "../payments.contract.ts";
import { listPayments } from "../store/list.store.ts";
import type { PaymentsService } from "../payments.types.ts";

export const list: ActionHandler<typeof ListPayments, PaymentsService> = async (ctx, { db }) => {
  const { limit = DEFAULT_LIMIT, after, orderId, state, provider } = ctx.params;
  const { caller } = ctx.locals;
  const stores = visibleStores(caller);
  const rows = await listPayments(db.sql, {
    before: keyOf(after, "uuid")?.[0],
    customerId: stores && caller.id,
    stores: stores ?? [],
    orderId,
    state,
    provider,
    limit: limit + 1,
  });
  return pageOf(rows, limit, { key: (row) => [row.id], item: toPayment });
};
