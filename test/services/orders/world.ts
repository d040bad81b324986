/**
 * The neighbours of orders, played in memory: honest ones, which carry out each command once by its
 * id and leave tombstones, and which can be told to fail or to hang, before or after the effect.
 */
import { v7 } from "uuid";
import type { CheckoutState } from "../../../services/orders/sagas/settle.ts";

type Fault = "fails" | "fails after" | "hangs" | "hangs after";
type PaymentState = "open" | "processing" | "captured" | "closed";

export class World {
  /** Prices and stock by variant; what has none is unknown. */
  readonly goods = new Map<string, { priceMinor: number; stock: number; sellable: boolean }>();
  readonly carts = new Map<string, { customerId: string; orderId?: string; more: object }>();
  readonly products = new Map<string, string>();
  readonly held = new Map<string, { variantId: string; quantity: number }[]>();
  readonly committed = new Map<string, number>();
  readonly restocked = new Set<string>();
  readonly payments = new Map<
    string,
    { paymentId: string; state: PaymentState; provider?: string }
  >();
  readonly refunds = new Map<string, number>();
  readonly coupons = new Map<string, string[]>();
  readonly usedUp = new Set<string>();
  /** What each refund answers next; the last one stays. */
  refundStates: ("pending" | "succeeded" | "failed")[] = ["succeeded"];
  /** What a payment is as soon as it is opened. */
  opensAs: PaymentState = "open";
  /** What goes wrong by chance. */
  chance: () => "fails" | "fails after" | undefined = () => undefined;
  readonly asked: { name: string; commandId?: string }[] = [];

  readonly #results = new Map<string, unknown>();
  readonly #dead = new Set<string>();
  readonly #faults = new Map<string, Fault[]>();
  #waiting: (() => void)[] = [];

  /** A new thing for sale. */
  goodsOf(stock: number, priceMinor = 1_000): string {
    const variantId = v7();
    this.goods.set(variantId, { priceMinor, stock, sellable: true });
    return variantId;
  }

  /** The next calls of `action` go wrong so, one after the other. */
  next(action: string, ...issues: Fault[]): void {
    this.#faults.set(action, issues);
  }
  /** What hangs goes on, as a slow node would when nobody waits any more. */
  letGo(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
  get hanging(): number {
    return this.#waiting.length;
  }
  countOf(name: string): number {
    return this.asked.filter((one) => one.name === name).length;
  }

  async play<R>(name: string, asked: object, work: () => R): Promise<R> {
    const { commandId, anew } = asked as { commandId?: string; anew?: boolean };
    this.asked.push({ name, ...(commandId !== undefined && { commandId }) });
    const issues = this.#faults.get(name)?.shift() ?? this.chance();
    if (issues === "hangs") await this.#hang();
    if (issues === "fails") throw new Error(`${name} fails`);
    const result = anew === true ? work() : this.#once(commandId, work);
    if (issues === "hangs after") await this.#hang();
    if (issues === "fails after") throw new Error(`${name} fails after its effect`);
    return result;
  }

  reserve(orderId: string, lines: { line: number; variantId: string; quantity: number }[]) {
    if (this.#dead.has(`stock:${orderId}`)) return { outcome: "rejected" as const };
    const short = lines.find(({ variantId, quantity }) => this.#stock(variantId) < quantity);
    if (short) {
      const { variantId } = short;
      return { outcome: "rejected" as const, variantId, available: this.#stock(variantId) };
    }
    for (const { variantId, quantity } of lines) this.#move(variantId, -quantity);
    this.held.set(orderId, lines);
    const allocations = lines.map((line) => ({ ...line, storeId: STORE }));
    return { outcome: "reserved" as const, allocations };
  }
  release(orderId: string) {
    this.#dead.add(`stock:${orderId}`);
    for (const { variantId, quantity } of this.held.get(orderId) ?? [])
      this.#move(variantId, quantity);
    this.held.delete(orderId);
    return { outcome: "released" as const };
  }
  commit(orderId: string) {
    if (!this.held.delete(orderId)) throw new Error(`${orderId} holds nothing`);
    this.committed.set(orderId, (this.committed.get(orderId) ?? 0) + 1);
    return { outcome: "committed" as const };
  }
  openPayment(orderId: string, provider?: CheckoutState["provider"]) {
    const made = this.payments.get(orderId) ?? {
      paymentId: v7(),
      state: this.#dead.has(`payment:${orderId}`) ? ("closed" as const) : this.opensAs,
      ...(provider !== undefined && { provider }),
    };
    this.payments.set(orderId, made);
    return { paymentId: made.paymentId, state: made.state };
  }
  closePayment(orderId: string) {
    this.#dead.add(`payment:${orderId}`);
    const payment = this.payments.get(orderId);
    if (!payment) return { state: "closed" as const };
    const state = payment.state === "open" ? "closed" : payment.state;
    payment.state = state;
    return { state };
  }
  /** The customer pays, unless the payment is closed. */
  pay(orderId: string): boolean {
    const payment = this.payments.get(orderId);
    if (payment?.state !== "open") return payment?.state === "captured";
    payment.state = "captured";
    return true;
  }
  refund(orderId: string, commandId: string) {
    if (this.#results.has(commandId)) return { state: "succeeded" as const };
    const [state = "succeeded", ...more] = this.refundStates;
    if (more.length > 0) this.refundStates = more;
    if (state === "succeeded") {
      this.#results.set(commandId, state);
      this.refunds.set(orderId, (this.refunds.get(orderId) ?? 0) + 1);
    }
    return { state };
  }
  holdCoupons(orderId: string, codes: string[]) {
    const code = codes.find((one) => this.usedUp.has(one));
    if (code !== undefined || this.#dead.has(`coupons:${orderId}`))
      return { outcome: "refused" as const, reason: "COUPON_USED_UP", ...(code && { code }) };
    this.coupons.set(orderId, codes);
    return { outcome: "held" as const };
  }
  releaseCoupons(orderId: string) {
    this.#dead.add(`coupons:${orderId}`);
    this.coupons.delete(orderId);
    return { outcome: "released" as const };
  }

  #once<R>(commandId: string | undefined, work: () => R): R {
    if (commandId === undefined) return work();
    if (!this.#results.has(commandId)) this.#results.set(commandId, work());
    return this.#results.get(commandId) as R;
  }
  #hang(): Promise<void> {
    return new Promise((go) => this.#waiting.push(go));
  }
  #stock(variantId: string): number {
    return this.goods.get(variantId)?.stock ?? 0;
  }
  #move(variantId: string, by: number): void {
    const goods = this.goods.get(variantId);
    if (goods) goods.stock += by;
  }
}

export const STORE = v7();
