/** The measured system: it runs in processes of its own, durable, with rate limits off. */
import { randomBytes } from "node:crypto";
import { config } from "../../config.ts";
import { Merchant } from "../../operations/client/merchant.ts";
import { ApiClient, RETRYING } from "../../operations/client/api-client.ts";
import { good, Shop, type SignedIn } from "../../operations/client/shop.ts";
import { concurrently, times } from "../../operations/proof/concurrently.ts";
import type { Buyer, Sku } from "../load/jobs.ts";
import { WITHOUT_LIMITS } from "../../runtime/cluster/without-limits.ts";

export interface Subject {
  readonly port: number;
  /** The system's root processes; their descendants belong to them. */
  readonly roots: () => number[];
  /** Returns the URL of a service's database. */
  readonly urlOf: (service: string) => string;
  readonly shop: Shop;
  readonly merchant: Merchant;
  readonly adminToken: string;
  end(): Promise<void>;
}

/** Production, so that answers are not checked; passwords are cheap, since no figure is of them. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  NODE_ENV: "production",
  LOG_LEVEL: "warn",
  PASSWORD_COST: "4",
  ...WITHOUT_LIMITS,
};

export async function clientsOf(
  port: number,
): Promise<Pick<Subject, "shop" | "merchant" | "adminToken">> {
  const base = `http://127.0.0.1:${port}`;
  const shop = new Shop(base);
  const { email, password = "" } = config.admin;
  const client = new ApiClient([base], RETRYING);
  // Nodes that have just started do not all know of each other yet.
  const { body } = good(
    await client.ask<{ token: string }>("POST", "/auth/login", { body: { email, password } }),
  );
  return { shop, merchant: new Merchant(client, body.token), adminToken: body.token };
}

const AT_THE_DOOR = 8;
export const register = ({ shop }: Subject, count: number): Promise<Buyer[]> =>
  concurrently(times(count), AT_THE_DOOR, async () => {
    const { id, token }: SignedIn = await shop.register();
    return { id, token };
  });

/** Puts `count` new SKUs on sale, with `units` of each. */
export const stockUp = (
  { merchant }: Subject,
  { count, units }: { count: number; units: number },
): Promise<Sku[]> => {
  const run = randomBytes(4).toString("hex");
  const priceMinor = 1_990;
  return concurrently(times(count), AT_THE_DOOR, async (n) => {
    const { variantId } = await merchant.sell(`BENCH-${run}-${n}`, { priceMinor, units });
    return { variantId, priceMinor };
  });
};
