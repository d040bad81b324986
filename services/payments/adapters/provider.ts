/**
 * The interface to any payment service provider. The provider's object decides whether money came:
 * it orders a confirmation and a cancellation that race. Every command carries a key and may be
 * repeated with it. Nothing here is called within a transaction, except for a `local` provider.
 */
import type { ProviderName, Scenario } from "../contract/shapes.ts";
import type { ChargeStatus } from "../domain/payment.ts";

/** The state of the provider's object, and the latest attempt on it. */
export interface Charge {
  readonly providerId: string;
  readonly status: ChargeStatus;
  readonly chargeId?: string;
  readonly attempt?: {
    readonly key: string;
    readonly state: "processing" | "succeeded" | "declined";
    readonly reason?: string;
  };
}
export interface GivenBack {
  readonly refundId: string;
  readonly status: "pending" | "succeeded" | "failed";
  readonly reason?: string;
}
/** A message of a provider, once its signature is known to be good. */
export interface ProviderEvent {
  readonly eventId: string;
  readonly type: string;
  readonly providerId?: string;
  /** Our payment's id, which the provider keeps with its object. */
  readonly paymentId?: string;
  readonly payload: object;
}
export interface Creation {
  readonly paymentId: string;
  readonly orderId: string;
  readonly currency: string;
  readonly amountMinor: number;
}

/** All may throw OutcomeUnknown, which is no failure: ask again with the same key. */
export interface Provider {
  readonly name: ProviderName;
  /** Needs no one outside and always answers: it may be asked under the payment's row lock. */
  readonly local: boolean;
  create(key: string, creation: Creation): Promise<Charge>;
  confirm(key: string, providerId: string, simulate?: Scenario): Promise<Charge>;
  get(providerId: string): Promise<Charge>;
  /** Cancels unless it is too late; the answer says which. */
  cancel(providerId: string): Promise<Charge>;
  /** `providerId` is the charged object's. The same key returns that refund's present state. */
  refund(key: string, providerId: string, amountMinor: number): Promise<GivenBack>;
  /** Returns true if an event of this type concerns payments or refunds. All others are ignored. */
  understands(type: string): boolean;
  /** The message, if `signature` is the provider's own for exactly this body and not too old. */
  verifyWebhook(body: string, signature: string, now: Date): ProviderEvent | undefined;
}
export type Providers = Readonly<Record<ProviderName, Provider>>;

/** The provider gave no answer, or one that says nothing: it may have done what was asked, or not. */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";
}
