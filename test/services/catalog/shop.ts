/** Products for the tests of the catalogue, as the first start puts them. */
import type { Params } from "../../../lib/contract.ts";
import { PutProduct } from "../../../services/catalog/catalog.contract.ts";
import type { Stage } from "../../support/stage.ts";

type Said = Params<typeof PutProduct>;
let made = 0;

/** A product of one variant; what is said of it goes before. */
export function aProduct(
  output: Partial<Said> = {},
  variant: Partial<Said["variants"][0]> = {},
): Said {
  made += 1;
  return {
    handle: `product-${made}`,
    type: "goods",
    title: { fr: `Produit ${made}`, en: `Product ${made}` },
    description: { fr: "", en: "" },
    categories: [],
    tags: [],
    taxClass: "standard",
    options: [],
    variants: [
      {
        sku: `SKU-${made}`,
        optionValues: [],
        priceMinor: 1_000,
        weightGrams: 100,
        stock: { PAR: 10 },
        ...variant,
      },
    ],
    ...output,
  };
}

export const put = async (harness: Stage, output: Said) =>
  (await harness.call(PutProduct, output)).productId;
