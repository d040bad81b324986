/** The actions that orders calls, answered by a world. */
import type { ServiceSchema } from "moleculer";
import { v7 } from "uuid";
import { CartNotFound, FreezeCart } from "../../../services/carts/carts.contract.ts";
import { SnapshotVariants } from "../../../services/catalog/catalog.contract.ts";
import {
  CommitStock,
  ReleaseStock,
  ReserveStock,
  RestockOrder,
} from "../../../services/inventory/inventory.contract.ts";
import {
  ClosePayment,
  LookUpPayment,
  OpenPayment,
  RefundOrder,
} from "../../../services/payments/payments.contract.ts";
import {
  HoldCoupons,
  QuoteFor,
  ReleaseCoupons,
  PriceMissing,
} from "../../../services/pricing/pricing.contract.ts";
import type { Action, Audience } from "../../../lib/contract.ts";
import type { Fields, Of } from "../../../lib/shape.ts";
import { aFeed } from "../../support/a-feed.ts";
import { standIn } from "../../support/stand-in.ts";
import type { World } from "./world.ts";

const TAX = 2_000;
/** A fixed discount of 1.00 for each coupon, on the first line. */
const COUPON_MINOR = 100;

export function neighbours(world: World): ServiceSchema[] {
  const plays = <P extends Fields, R, A extends Audience>(
    contract: Action<P, R, A>,
    work: (asked: Of<P>) => R,
    anew = false,
  ) =>
    standIn(contract, (asked) =>
      world.play(contract.name, { ...(asked as object), anew }, () => work(asked)),
    );

  return [
    aFeed("payments"),
    plays(FreezeCart, ({ cartId, customerId, orderId }) => {
      const cart = world.carts.get(cartId);
      if (cart?.customerId !== customerId) throw CartNotFound({ cartId });
      cart.orderId ??= orderId;
      return { orderId: cart.orderId, currency: "EUR", coupons: [], ...cart.more } as never;
    }),
    plays(SnapshotVariants, ({ variantIds = [], productIds = [] }) => ({
      variants: [...variantIds, ...productIds.map((id) => world.products.get(id) ?? "")].flatMap(
        (variantId) => {
          const goods = world.goods.get(variantId);
          if (!goods) return [];
          const [productId = v7()] =
            [...world.products].find(([, variant]) => variant === variantId) ?? [];
          const title = { fr: "Thé vert", en: "Green tea" };
          const kind = { type: "goods" as const, taxClass: "standard" };
          const { sellable } = goods;
          return [
            { variantId, productId, sku: `SKU-${variantId.slice(-6)}`, title, ...kind, sellable },
          ];
        },
      ),
    })),
    plays(QuoteFor, ({ lines, coupons = [] }) => quote(world, lines, coupons)),
    plays(HoldCoupons, ({ orderId, codes }) => world.holdCoupons(orderId, codes)),
    plays(ReleaseCoupons, ({ orderId }) => world.releaseCoupons(orderId)),
    plays(ReserveStock, ({ orderId, lines }) => world.reserve(orderId, lines)),
    plays(ReleaseStock, ({ orderId }) => world.release(orderId)),
    plays(CommitStock, ({ orderId }) => world.commit(orderId)),
    plays(RestockOrder, ({ orderId }) => {
      world.restocked.add(orderId);
      return { outcome: "restocked" as const };
    }),
    plays(OpenPayment, ({ orderId, provider }) => world.openPayment(orderId, provider)),
    plays(ClosePayment, ({ orderId }) => world.closePayment(orderId)),
    plays(LookUpPayment, ({ orderId }) => {
      const { paymentId, state = "created" as const } = world.payments.get(orderId) ?? {};
      return { ...(paymentId !== undefined && { paymentId }), state };
    }),
    // Its answer is where the refund stands now, however often it is asked by one id.
    plays(RefundOrder, ({ orderId, commandId }) => world.refund(orderId, commandId), true),
  ];
}

function quote(world: World, lines: { variantId: string; quantity: number }[], codes: string[]) {
  const off = codes.length * COUPON_MINOR;
  const quoted = lines.map(({ variantId, quantity }, place) => {
    const { priceMinor: unitMinor } = world.goods.get(variantId) ?? {};
    if (unitMinor === undefined) throw PriceMissing({ variantIds: [], currency: "EUR", count: 1 });
    const subtotalMinor = unitMinor * quantity;
    const discountMinor = place === 0 ? off : 0;
    const totalMinor = subtotalMinor - discountMinor;
    const netMinor = Math.round((totalMinor * 10_000) / (10_000 + TAX));
    const taxMinor = totalMinor - netMinor;
    const tax = { taxClass: "standard", taxBasisPoints: TAX, taxMinor, netMinor };
    return { variantId, quantity, unitMinor, subtotalMinor, discountMinor, totalMinor, ...tax };
  });
  const sum = (of: (line: (typeof quoted)[number]) => number) =>
    quoted.reduce((total, line) => total + of(line), 0);
  const [totalMinor, taxMinor] = [sum((line) => line.totalMinor), sum((line) => line.taxMinor)];
  const money = { netMinor: totalMinor - taxMinor, taxMinor, grossMinor: totalMinor };
  return {
    currency: "EUR",
    lines: quoted,
    discounts: codes.map((code) => ({ code, amountMinor: COUPON_MINOR })),
    subtotalMinor: sum((line) => line.subtotalMinor),
    discountMinor: off,
    totalMinor,
    taxMinor,
    taxes: [{ taxClass: "standard", basisPoints: TAX, ...money }],
    explain: [],
  };
}
