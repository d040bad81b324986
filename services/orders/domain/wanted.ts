/** Reads the requested lines from either form of the request. */
import type { Params } from "../../../lib/contract.ts";
import { InvalidInput } from "../../../lib/validator.ts";
import type { PlaceOrder } from "../contract/actions.ts";

export type Wanted =
  | { readonly cartId: string; readonly version?: number }
  | { readonly productId: string; readonly quantity: number }
  | { readonly variantId: string; readonly quantity: number };

type Asked = Pick<
  Params<typeof PlaceOrder>,
  "cartId" | "version" | "productId" | "variantId" | "quantity"
>;

/**
 * A cart, or a product's or a variant's quantity: exactly one of them.
 * @throws InvalidInput (400) that names the field that is missing or too much
 */
export function wantedOf({ cartId, version, productId, variantId, quantity }: Asked): Wanted {
  if (cartId !== undefined) {
    const tooMuch = Object.entries({ productId, variantId, quantity }).find(([, it]) => it);
    if (tooMuch) throw refuse(tooMuch[0], "oneOf", NOT_WITH_CART);
    return { cartId, ...(version !== undefined && { version }) };
  }
  if (version !== undefined) throw refuse("version", "oneOf", ONLY_WITH_CART);
  if (variantId !== undefined && productId !== undefined)
    throw refuse("productId", "oneOf", NOT_BOTH);
  if (variantId === undefined && productId === undefined)
    throw refuse("cartId", "required", NOTHING);
  if (quantity === undefined) throw refuse("quantity", "required", HOW_MANY);
  return variantId === undefined
    ? { productId: productId ?? "", quantity }
    : { variantId, quantity };
}

const NOT_WITH_CART = {
  en: "must not be said together with cartId",
  fr: "ne doit pas accompagner cartId",
};
const ONLY_WITH_CART = { en: "belongs to cartId", fr: "va avec cartId" };
const NOT_BOTH = {
  en: "must not be said together with variantId",
  fr: "ne doit pas accompagner variantId",
};
const NOTHING = {
  en: "or productId, or variantId with quantity, must be said",
  fr: "ou productId, ou variantId avec quantity, doit être indiqué",
};
const HOW_MANY = { en: "must be said", fr: "doit être indiqué" };

function refuse(field: string, rule: string, sentence: { en: string; fr: string }) {
  return InvalidInput({ errors: [{ field, rule, ...sentence }], field, reason: sentence.en });
}
