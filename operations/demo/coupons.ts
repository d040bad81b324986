import type { DemoCoupon } from "./shapes.ts";

/** One coupon for each rule worth showing: per customer, from an amount, one for all, too late. */
export const coupons: DemoCoupon[] = [
  {
    code: "BIENVENUE10",
    kind: "percent",
    percentBasisPoints: 1_000,
    currency: "EUR",
    maxUsesPerCustomer: 1,
    label: {
      fr: "10 % de remise pour votre première commande",
      en: "10% off your first order",
    },
  },
  {
    code: "CAFE5",
    kind: "amount",
    amountMinor: 500,
    currency: "EUR",
    minimumMinor: 3_000,
    label: { fr: "5 € offerts dès 30 € d’achat", en: "€5 off when you spend €30" },
  },
  {
    code: "UNIQUE",
    kind: "percent",
    percentBasisPoints: 1_500,
    currency: "EUR",
    maxUses: 1,
    label: {
      fr: "15 % de remise, pour une seule commande",
      en: "15% off, for one order only",
    },
  },
  {
    code: "ETE2026",
    kind: "percent",
    percentBasisPoints: 2_000,
    currency: "EUR",
    startsAt: "2026-06-20T22:00:00.000Z",
    endsAt: "2026-08-31T21:59:59.999Z",
    label: { fr: "20 % de remise tout l’été", en: "20% off all summer" },
  },
];
