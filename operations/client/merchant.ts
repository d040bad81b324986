/** What a merchant sets up over REST before anybody can buy: a warehouse, products, coupons. */
import { setTimeout as sleep } from "node:timers/promises";
import { good } from "./shop.ts";
import type { ApiClient } from "./api-client.ts";

export interface Article {
  readonly productId: string;
  readonly variantId: string;
  readonly sku: string;
}
interface Listed {
  id: string;
  priceMinor: number;
  variants: { id: string }[];
}

const VISIBLE_WITHIN_MS = 20_000;

export class Merchant {
  readonly #client: ApiClient;
  readonly #token: string;

  constructor(client: ApiClient, token: string) {
    this.#client = client;
    this.#token = token;
  }

  /** The warehouse that web orders are sent from. */
  async openWarehouse(code: string): Promise<void> {
    const body = { code, name: `Warehouse ${code}`, kind: "warehouse", shipsWeb: true };
    await this.#post("/stores", body, `store:${code}`);
  }

  /** Answers when shoppers can order it: its price and its stock are known everywhere. */
  async sell(sku: string, { priceMinor, units }: { priceMinor: number; units: number }) {
    const { body } = await this.#post<Listed>(
      "/products",
      {
        title: { fr: `Article ${sku}`, en: `Article ${sku}` },
        variants: [{ sku, priceMinor, stock: [{ quantity: units }] }],
      },
      `product:${sku}`,
    );
    const variantId = body.variants[0]?.id ?? "";
    await this.#visible(variantId);
    return { productId: body.id, variantId, sku } satisfies Article;
  }

  async offer(code: string, terms: object): Promise<void> {
    await this.#post("/coupons", { code, ...terms }, `coupon:${code}`);
  }

  /** Pieces over all stores: what is there, and what of it is held for orders. */
  async stockOf(variantId: string): Promise<{ onHand: number; reserved: number }> {
    const { body } = good(
      await this.#client.get<{ items: { onHand: number; reserved: number }[] }>(
        `/inventory/stock?variantId=${variantId}`,
        this.#token,
      ),
    );
    return body.items[0] ?? { onHand: 0, reserved: 0 };
  }

  async #visible(variantId: string): Promise<void> {
    const body = { lines: [{ variantId, quantity: 1 }] };
    for (const until = Date.now() + VISIBLE_WITHIN_MS; ; await sleep(50)) {
      const quote = await this.#client.ask("POST", "/pricing/quote", { body });
      if (quote.status === 200 && (await this.stockOf(variantId)).onHand > 0) return;
      if (Date.now() > until)
        throw new Error(`${variantId} does not come to the shelf: ${JSON.stringify(quote.body)}`);
    }
  }

  async #post<B = object>(path: string, body: object, key: string) {
    return good(await this.#client.ask<B>("POST", path, { body, token: this.#token, key }));
  }
}
