/** Decides who owns a cart: a customer, or the guest who knows its token. */
import { timingSafeEqual } from "node:crypto";
import type { Caller, Meta } from "../../../lib/bus.ts";
import { guestSha256 } from "../../../lib/guest-token.ts";

/** The caller. A person who signs in with a cart that they filled as a guest has both ids. */
export interface Shopper {
  readonly customerId: string | undefined;
  /** SHA-256 of the guest's token; the token itself is not stored. */
  readonly tokenSha256: Buffer | undefined;
}

export function shopperOf(ctx: {
  readonly meta: Meta;
  readonly locals: { readonly caller: Caller | undefined };
}): Shopper {
  return {
    customerId: ctx.locals.caller?.id,
    tokenSha256: guestSha256(ctx.meta.guestToken),
  };
}

/** Returns the principal of idempotency keys: none for a guest without a token. */
export function principalOf({ customerId, tokenSha256 }: Shopper): string | undefined {
  if (customerId !== undefined) return customerId;
  return tokenSha256 && `guest:${tokenSha256.toString("hex")}`;
}

export interface Owned {
  readonly state: string;
  readonly customer_id: string | null;
  readonly token_sha256: Buffer | null;
}

/** A token opens no customer's cart; a merged cart is closed to all. */
export function canUse(cart: Owned, { customerId, tokenSha256 }: Shopper): boolean {
  if (cart.state === "merged") return false;
  if (cart.customer_id !== null) return cart.customer_id === customerId;
  return (
    cart.token_sha256 !== null &&
    tokenSha256 !== undefined &&
    timingSafeEqual(cart.token_sha256, tokenSha256)
  );
}
