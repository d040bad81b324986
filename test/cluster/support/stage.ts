/** A company with something to sell and people to buy it, split up into processes. */
import { type Article, Merchant } from "../../../operations/client/merchant.ts";
import type { ApiClient } from "../../../operations/client/api-client.ts";
import type { Armoury } from "../../support/armoury.ts";
import { type Cast, register, signIn } from "./checkout.ts";
import { ADMIN, type Company, company, type Group } from "./company.ts";

interface Part extends Group {
  /** How many of its points are aimed at together. */
  readonly aims: number;
}
/** Who takes part in a checkout. The door passes no point. */
export const GROUPS: readonly Part[] = [
  { name: "orders", services: ["orders"], nodes: 3, aims: 6 },
  { name: "payments", services: ["payments"], nodes: 2, aims: 6 },
  { name: "carts", services: ["carts"], nodes: 1, aims: 3 },
  { name: "inventory", services: ["inventory"], nodes: 1, aims: 2 },
  { name: "pricing", services: ["pricing"], nodes: 1, aims: 2 },
  { name: "catalog", services: ["catalog"], nodes: 1, aims: 2 },
  { name: "door", services: ["gateway", "identity"], nodes: 1, aims: 0 },
];
export const UNITS = 1_000;
const SHOPPERS = 3;
const COUPON = "FAULTS10";

export interface Stage {
  readonly company: Company;
  readonly article: Article;
  readonly casts: readonly Cast[];
}

export async function setStage(): Promise<Stage> {
  const furnished = Promise.withResolvers<Omit<Stage, "company">>();
  const one = await company(GROUPS, async (client) => {
    const merchant = await merchantOf(client);
    await merchant.openWarehouse("FAULTS");
    const article = await merchant.sell("FAULTY", { priceMinor: 1_250, units: UNITS });
    await merchant.offer(COUPON, { kind: "percent", percentBasisPoints: 1_000 });
    const casts: Cast[] = [];
    for (let n = 0; n < SHOPPERS; n += 1)
      casts.push({
        client,
        shopper: await register(client),
        admin: ADMIN,
        article,
        coupon: COUPON,
      });
    furnished.resolve({ article, casts });
  });
  return { company: one, ...(await furnished.promise) };
}

export const merchantOf = async (client: ApiClient): Promise<Merchant> =>
  new Merchant(client, await signIn(client, ADMIN));

export function armouryOf({ company: { armouries } }: Stage, group: string): Armoury {
  const found = armouries.get(group);
  if (!found) throw new Error(`There is no group ${group}.`);
  return found;
}
