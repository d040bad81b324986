/** A stage with carts on it, and neighbours that answer as the test wants. */
import { v7 } from "uuid";
import type { Meta } from "../../../lib/bus.ts";
import type { Params, Payload } from "../../../lib/contract.ts";
import type { Infer } from "../../../lib/shape.ts";
import * as carts from "../../../services/carts/carts.contract.ts";
import Carts from "../../../services/carts/carts.service.ts";
import {
  SnapshotVariants,
  type VariantSnapshot,
} from "../../../services/catalog/catalog.contract.ts";
import {
  ResolveOrder,
  type OrderProcessed,
  type OrderStatus,
} from "../../../services/orders/orders.contract.ts";
import {
  type Quote,
  type QuotedLine,
  QuoteFor,
} from "../../../services/pricing/pricing.contract.ts";
import { CouponExpired, CouponNotFound } from "../../../services/pricing/contract/failures.ts";
import { aFeed } from "../../support/a-feed.ts";
import { aPerson, stage, type TestPerson } from "../../support/stage.ts";
import { standIn } from "../../support/stand-in.ts";

export const UNIT_MINOR = 250;
export type Shop = Awaited<ReturnType<typeof openShop>>;

/** What the neighbours say: tests change it. `TEN` takes 10 from the total. */
const neighbours = () => ({
  variants: new Map<string, VariantSnapshot>(),
  coupons: new Set(["TEN"]),
  expired: new Set<string>(),
  unitMinor: UNIT_MINOR,
  outcomes: new Map<string, OrderStatus>(),
  outcomeRequested: [] as string[],
  outcomeFails: new Set<string>(),
  asked: [] as Params<typeof QuoteFor>[],
  /** Pricing does not answer while this is pending. */
  pricingWaits: undefined as Promise<unknown> | undefined,
});

export async function openShop({ priced = true } = {}) {
  const world = neighbours();
  const snapshot = standIn(SnapshotVariants, ({ variantIds = [], productIds = [] }) => ({
    variants: [...world.variants.values()].filter(
      (one) => variantIds.includes(one.variantId) || productIds.includes(one.productId),
    ),
  }));
  const quote = standIn(QuoteFor, async (asked) => {
    await world.pricingWaits;
    world.asked.push(asked);
    return quoted(asked, world);
  });
  const outcome = standIn(ResolveOrder, ({ orderId }) => {
    world.outcomeRequested.push(orderId);
    if (world.outcomeFails.has(orderId)) throw new Error("orders does not know what to say");
    return { orderId, status: world.outcomes.get(orderId) ?? "rejected" };
  });
  const feeds = [aFeed("orders"), aFeed("identity")];
  const harness = await stage([Carts, snapshot, ...(priced ? [quote] : []), ...feeds, outcome]);

  const aVariant = (more: Partial<VariantSnapshot> = {}): VariantSnapshot => {
    const made: VariantSnapshot = {
      variantId: v7(),
      productId: v7(),
      sku: `TEA-${world.variants.size}`,
      title: { fr: "Thé vert", en: "Green tea" },
      type: "goods",
      taxClass: "standard",
      sellable: true,
      ...more,
    };
    world.variants.set(made.variantId, made);
    return made;
  };
  const start = (person?: TestPerson, meta: Meta = {}) =>
    harness.call(carts.StartCart, {}, person, meta);
  const add = (
    cartId: string,
    variantId: string,
    quantity: number,
    person?: TestPerson,
    meta?: Meta,
  ) => harness.call(carts.AddLine, { cartId, variantId, quantity }, person, meta);

  return {
    play: harness,
    world,
    aVariant,
    start,
    add,
    get: (cartId: string, person?: TestPerson, meta?: Meta) =>
      harness.call(carts.GetCart, { cartId }, person, meta),
    /** Somebody's cart with two of one thing in it. */
    async filled(person: TestPerson = aPerson()) {
      const { id } = await start(person);
      const { variantId } = aVariant();
      const cart = await add(id, variantId, 2, person);
      return { person, cart, variantId };
    },
    freeze: (cartId: string, customerId: string, orderId = v7(), version?: number) =>
      harness.call(carts.FreezeCart, {
        cartId,
        customerId,
        orderId,
        ...(version !== undefined && { version }),
      }),
  };
}

/** An error that is this failure, perhaps with a certain code and data. */
export const failing = (failure: { type: string }, more: object = {}): unknown =>
  expect.objectContaining({ type: failure.type, ...more });

/** A guest with a cart of their own. */
export async function aGuest(shop: Shop): Promise<{ cartId: string; meta: Meta }> {
  const { id: cartId, token: guestToken = "" } = await shop.start();
  return { cartId, meta: { guestToken } };
}

export const orderFact = (orderId: string): Payload<typeof OrderProcessed> => ({
  orderId,
  number: 1,
  customerId: v7(),
  currency: "EUR",
  totalMinor: 500,
});

function quoted(
  { lines, coupons = [], currency = "EUR" }: Params<typeof QuoteFor>,
  world: ReturnType<typeof neighbours>,
): Quote {
  for (const code of coupons) {
    if (world.expired.has(code)) throw CouponExpired({ code, endsAt: "2026-01-01" });
    if (!world.coupons.has(code)) throw CouponNotFound({ code });
  }
  const priced = lines.map((line): Infer<typeof QuotedLine> => {
    const totalMinor = line.quantity * world.unitMinor;
    return {
      ...line,
      unitMinor: world.unitMinor,
      subtotalMinor: totalMinor,
      discountMinor: 0,
      totalMinor,
      taxClass: "standard",
      taxBasisPoints: 0,
      taxMinor: 0,
      netMinor: totalMinor,
    };
  });
  const subtotalMinor = priced.reduce((sum, line) => sum + line.totalMinor, 0);
  const discountMinor = coupons.length * 10;
  return {
    currency,
    lines: priced,
    discounts: coupons.map((code) => ({ code, amountMinor: 10 })),
    subtotalMinor,
    discountMinor,
    totalMinor: subtotalMinor - discountMinor,
    taxMinor: 0,
    taxes: [],
    explain: [],
  };
}
