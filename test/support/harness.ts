import type { Company } from "./company.ts";
import { aShopper, aStore, goods } from "./trade.ts";

/** A small history to run into: ids of people, stores, goods, carts and orders that exist. */
export async function world(shop: Company): Promise<string[]> {
  const { http } = shop;
  const [near, far, me, other] = await Promise.all([
    aStore(shop, { shipsWeb: true }),
    aStore(shop),
    aShopper(shop),
    aShopper(shop),
  ]);
  const thing = await goods(shop, { stock: { [near.code]: 500, [far.code]: 20 } });
  const { body: cart } = await http.post<{ id: string }>("/carts", {}, me.token);
  const orders = await Promise.all(
    [me, other].map(async ({ id, token }) => {
      const asked = { userId: id, productId: thing.productId, quantity: 1 };
      const { body } = await http.post<{ orderId: string }>("/orders", asked, token);
      const amount = thing.priceMinor / 100;
      const paid = { orderId: body.orderId, amount };
      const { body: payment } = await http.post<{ paymentId: string }>("/payments", paid, token);
      return [body.orderId, payment.paymentId];
    }),
  );
  return [me.id, near.storeId, far.storeId, thing.productId, thing.variantId, cart.id].concat(
    orders.flat(),
  );
}
