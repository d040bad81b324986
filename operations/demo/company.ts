import { categories } from "./categories.ts";
import { coupons } from "./coupons.ts";
import { products } from "./products.ts";
import type { DemoCompany } from "./shapes.ts";
import { stores } from "./stores.ts";
import { users } from "./users.ts";

export type * from "./shapes.ts";

/**
 * The company that a first start shows: invented from end to end, and plain data, so that seeding
 * it twice is seeding the same. Codes, handles and SKUs are its natural keys. VAT rates are those
 * of the Code général des impôts: art. 278 (20 %), 278-0 bis (5.5 %: food and books) and 281
 * quater ff. (2.1 %, which nothing here needs).
 */
export const DEMO: DemoCompany = {
  name: "Maison Orcelle",
  currency: "EUR",
  taxRates: { standard: 2_000, reduced: 550, super_reduced: 210 },
  stores,
  categories,
  products,
  users,
  coupons,
};
