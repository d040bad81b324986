import { inAll } from "../../manifests.ts";

/** The parts of the API in the order of use, the shop first, and what other services say of theirs. */
export const TAGS: Readonly<Record<string, string>> = {
  catalog:
    "What is sold. Lists and pages are in the language of `Accept-Language` and the same for everybody; merchants change products as they were at a `version`.",
  pricing:
    "What things cost: prices and their history, VAT, coupons. A quote says what some lines cost today, and why, and holds nothing.",
  carts:
    "What somebody has chosen. A guest's cart belongs to the token that was answered when it was started (`x-cart-token`); signing in with it makes the cart the member's.",
  orders:
    "A cart becomes an order once, however often it is asked for. Stock and coupons are held while an order waits for its payment.",
  payments:
    "An order is paid in full, once. Refunds give back all or a part. Providers tell their outcome by webhook.",
  identity:
    "Accounts, sign-in, sessions and roles. An access token is sent as `Authorization: Bearer …`; a refresh token makes the next one and is good for one use.",
  stores: "Shops and warehouses: where they are, when they are open, what they do.",
  stock: "How many there are, where, and the double-entry ledger of every piece that moved.",
  stocktakes: "Counting what is really there, while the shop goes on selling.",
  transfers: "Goods on their way from one store to another.",
  import: "Taking merchants' files over, and giving the catalogue as one.",
  operations: "What operators see and do: processes, nodes, events that were put aside.",
  ...inAll("tags"),
};
