import type { ServiceSchema } from "moleculer";
import { handle } from "../../lib/bus.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Events, react } from "../../mixins/events.mixin.ts";
import { Schedule } from "../../mixins/schedule.mixin.ts";
import { VariantCreated, VariantUpdated } from "../catalog/catalog.contract.ts";
import { OrderProcessed } from "../orders/orders.contract.ts";
import { changeCoupon } from "./actions/changeCoupon.ts";
import { coupon } from "./actions/coupon.ts";
import { coupons } from "./actions/coupons.ts";
import { createCoupon } from "./actions/createCoupon.ts";
import { endCoupon } from "./actions/endCoupon.ts";
import { holdCoupons } from "./actions/holdCoupons.ts";
import { priceHistory } from "./actions/priceHistory.ts";
import { prices } from "./actions/prices.ts";
import { putCoupon } from "./actions/putCoupon.ts";
import { quote } from "./actions/quote.ts";
import { quoteFor } from "./actions/quoteFor.ts";
import { releaseCoupons } from "./actions/releaseCoupons.ts";
import { setPrices } from "./actions/setPrices.ts";
import { setTaxRates } from "./actions/setTaxRates.ts";
import { taxRates } from "./actions/taxRates.ts";
import { publishDuePrices } from "./jobs/publishDuePrices.ts";
import { onOrderProcessed } from "./reactions/order-processed.ts";
import { onVariantCreated } from "./reactions/variant.created.ts";
import { onVariantUpdated } from "./reactions/variant.updated.ts";
import * as contract from "./pricing.contract.ts";
import { tables } from "./store/tables.ts";

/** What things cost: prices and their history, VAT, coupons. */
const PricingService: ServiceSchema = {
  name: "pricing",
  mixins: [
    Events([
      react("catalog", VariantCreated, onVariantCreated),
      react("catalog", VariantUpdated, onVariantUpdated),
      react("orders", OrderProcessed, onOrderProcessed),
    ]),
    Schedule({ turnPrices: publishDuePrices }),
    Database("pricing", tables),
  ],
  actions: {
    quote: handle(contract.QuotePrices, quote),
    quoteFor: handle(contract.QuoteFor, quoteFor),
    holdCoupons: handle(contract.HoldCoupons, holdCoupons),
    releaseCoupons: handle(contract.ReleaseCoupons, releaseCoupons),
    prices: handle(contract.ListPrices, prices),
    setPrices: handle(contract.SetPrices, setPrices),
    priceHistory: handle(contract.ShowPriceHistory, priceHistory),
    taxRates: handle(contract.ListTaxRates, taxRates),
    setTaxRates: handle(contract.SetTaxRates, setTaxRates),
    coupons: handle(contract.ListCoupons, coupons),
    coupon: handle(contract.GetCoupon, coupon),
    createCoupon: handle(contract.CreateCoupon, createCoupon),
    changeCoupon: handle(contract.ChangeCoupon, changeCoupon),
    endCoupon: handle(contract.EndCoupon, endCoupon),
    putCoupon: handle(contract.PutCoupon, putCoupon),
  },
};

export default PricingService;
