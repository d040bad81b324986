import type { ActionHandler } from "../../../lib/bus.ts";
import { formatMessage } from "../../../lib/failure.ts";
import { INLINE_MS, inTime } from "../workflows/in-time.ts";
import { placeOrder } from "../workflows/placeOrder.ts";
import { assertAccepted, languageOf, readOrder } from "../workflows/readOrder.ts";
import { PlaceOrder } from "../orders.contract.ts";
import type { OrdersService } from "../orders.types.ts";

export const place: ActionHandler<typeof PlaceOrder, OrdersService> = async (ctx, service) => {
  const { sql } = service.db;
  const orderId = await service.admit(async () => {
    const until = Date.now() + INLINE_MS;
    const id = (await ctx.locals.claim?.made()) ?? (await placeOrder(ctx, service));
    await inTime(service.sagas.drive(id), until - Date.now());
    return id;
  });

  const language = languageOf(ctx);
  const order = await readOrder(sql, orderId, language);
  await assertAccepted(sql, order);
  const going = order.status === "pending" || order.status === "settling";
  ctx.meta.$statusCode = going ? 202 : 201;
  const message = formatMessage(PlaceOrder.message?.[language] ?? "");
  return { success: true, message, orderId, order };
};
