/**
 * Sessions that ended before their access tokens do. A broadcast spreads them within a second; they
 * are also polled, since a broadcast may be lost.
 */
import type { ServiceBroker } from "moleculer";
import { call } from "../lib/bus.ts";
import { ListRevokedSessions } from "../services/identity/identity.contract.ts";

export interface RevokedSession {
  readonly sessionId: string;
  readonly until: string;
}
const ASK_EVERY_MS = 10_000;

export class RevokedSessions {
  readonly #until = new Map<string, number>();
  #asking: NodeJS.Timeout | undefined;

  has(sessionId: string): boolean {
    const until = this.#until.get(sessionId);
    return until !== undefined && until > Date.now();
  }

  add(denials: readonly RevokedSession[]): void {
    for (const { sessionId, until } of denials) this.#until.set(sessionId, Date.parse(until));
  }

  follow(broker: ServiceBroker): void {
    this.#asking = setInterval(() => this.ask(broker), ASK_EVERY_MS);
  }

  /** Polls now. A failed poll is repeated at the next interval. */
  ask(broker: ServiceBroker): void {
    for (const [sessionId, until] of this.#until)
      if (until < Date.now()) this.#until.delete(sessionId);
    void this.#askAll(broker).catch(() => undefined);
  }

  async #askAll(broker: ServiceBroker): Promise<void> {
    let after: string | undefined;
    do {
      const { denials, next } = await call(
        broker,
        ListRevokedSessions,
        after === undefined ? {} : { after },
      );
      this.add(denials);
      after = next;
    } while (after !== undefined);
  }

  leave(): void {
    clearInterval(this.#asking);
  }
}
