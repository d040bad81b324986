/** People and products for journeys, created as the system creates them, with unique ids. */
import { randomBytes } from "node:crypto";
import { PutProduct } from "../../services/catalog/catalog.contract.ts";
import { PutUser, type Role } from "../../services/identity/identity.contract.ts";
import { PutStores } from "../../services/inventory/inventory.contract.ts";
import { PutCoupon } from "../../services/pricing/pricing.contract.ts";
import { good } from "../../operations/client/shop.ts";
import type { Company } from "./company.ts";
import { eventually } from "./stage.ts";

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly refreshToken: string;
}
interface SignedIn {
  readonly token: string;
  readonly refreshToken: string;
  readonly user: { readonly id: string };
}
export interface Goods {
  readonly productId: string;
  readonly variantId: string;
  readonly handle: string;
  readonly title: string;
  readonly priceMinor: number;
}

const word = () => randomBytes(6).toString("hex");
export const aName = (kind: string) => {
  const username = `${kind}-${word()}`;
  return { username, email: `${username}@example.org`, password: `pass ${word()}${word()}` };
};

/** Registers a new person. */
export async function aShopper({ http }: Company): Promise<Person> {
  const named = aName("shopper");
  const { body } = good(await http.post<SignedIn>("/users/register", named));
  return { ...named, id: body.user.id, token: body.token, refreshToken: body.refreshToken };
}

/** Creates and signs in an employee. */
export async function staff(
  { http, call }: Company,
  role: Role,
  stores: readonly string[] = [],
): Promise<Person> {
  const { username, email, password } = aName(role);
  await call(PutUser, { username, email, password, roles: [role], stores: [...stores] });
  const { body } = good(await http.post<SignedIn>("/auth/login", { email, password }));
  const { token, refreshToken } = body;
  return { id: body.user.id, username, email, password, token, refreshToken };
}

/** A store of its own; `shipsWeb` sends web orders too. */
export async function aStore(
  { call }: Company,
  { shipsWeb = false, priority = 100 } = {},
): Promise<{ storeId: string; code: string }> {
  const code = `S-${word()}`;
  const { stores } = await call(PutStores, {
    stores: [{ code, name: `Store ${code}`, kind: "store", shipsWeb, priority }],
  });
  return { storeId: stores[0]?.storeId ?? "", code };
}

/** A product with one variant, once its price and its stock are known everywhere. */
export async function goods(
  { call, http }: Company,
  {
    stock,
    priceMinor = 89_999,
    title = `Thing ${word()}`,
  }: { stock: Readonly<Record<string, number>>; priceMinor?: number; title?: string },
): Promise<Goods> {
  const handle = `thing-${word()}`;
  const { productId } = await call(PutProduct, {
    handle,
    type: "goods",
    title: { en: title, fr: `${title} (fr)` },
    description: { en: "As described.", fr: "Comme décrit." },
    categories: [],
    tags: [],
    taxClass: "standard",
    options: [],
    variants: [
      { sku: handle.toUpperCase(), optionValues: [], priceMinor, weightGrams: 100, stock },
    ],
  });
  const { body } = good(await http.get<{ variantId: string }>(`/products/${productId}`));
  const { variantId } = body;
  const many = Object.values(stock).reduce((sum, quantity) => sum + quantity, 0);
  await eventually(async () => {
    const lines = [{ variantId, quantity: 1 }];
    good(await http.post("/pricing/quote", { lines }));
    const { body: seen } = good(
      await http.get<{ variants: { available: number }[] }>(
        `/availability?variantIds=${variantId}`,
      ),
    );
    if (seen.variants[0]?.available !== Math.min(many, 10)) throw new Error("No stock yet.");
  });
  return { productId, variantId, handle, title, priceMinor };
}

export const aKey = (): string => crypto.randomUUID();
export interface Ordered {
  readonly orderId: string;
  readonly order: { readonly status: string; readonly totalMinor: number };
}

/** The express order of the old clients, with a key of its own unless one is named. */
export const order = (
  { http }: Company,
  { id, token }: Person,
  productId: string,
  quantity: number,
  key = aKey(),
) => http.post<Ordered>("/orders", { userId: id, productId, quantity }, token, key);

export const pay = ({ http }: Company, { token }: Person, orderId: string, amount: number) =>
  http.post<{ status: string; code?: string }>("/payments", { orderId, amount }, token, aKey());

export async function statusOf({ http }: Company, { token }: Person, orderId: string) {
  const { body } = await http.get<{ status: string }>(`/orders/${orderId}`, token);
  return body.status;
}

/** Reads the stock of a variant at its only store. */
export async function stockOf({ db }: Company, variantId: string) {
  const level = await db("inventory").sql.row<{ on_hand: number; reserved: number }>(
    "select on_hand, reserved from stock where variant_id = $1",
    [variantId],
  );
  return { onHand: level?.on_hand, reserved: level?.reserved };
}

/** A coupon that takes `percent` off, once for each customer. */
export async function coupon({ call }: Company, percent: number, maxUses = 1_000): Promise<string> {
  const code = `C${word().toUpperCase()}`;
  await call(PutCoupon, { code, kind: "percent", percentBasisPoints: percent * 100, maxUses });
  return code;
}
