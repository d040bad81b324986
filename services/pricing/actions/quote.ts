import type { ActionHandler } from "../../../lib/bus.ts";
import { quoteOf } from "../workflows/quotation.ts";
import type { QuotePrices } from "../pricing.contract.ts";
import type { PricingService } from "../pricing.types.ts";

/** The customer is whom the signed principal names: from outside, one can only be oneself. */
export const quote: ActionHandler<typeof QuotePrices, PricingService> = (ctx, service) =>
  quoteOf(service, ctx.params, ctx.locals.caller?.id);
