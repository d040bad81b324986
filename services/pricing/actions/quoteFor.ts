import type { ActionHandler } from "../../../lib/bus.ts";
import { quoteOf } from "../workflows/quotation.ts";
import type { QuoteFor } from "../pricing.contract.ts";
import type { PricingService } from "../pricing.types.ts";

export const quoteFor: ActionHandler<typeof QuoteFor, PricingService> = (ctx, service) => {
  const { customerId, ...wanted } = ctx.params;
  return quoteOf(service, wanted, customerId);
};
