import type { ServiceSchema } from "moleculer";
import { mixin } from "../../../lib/bus.ts";
import type { PaymentsService } from "../payments.types.ts";
import { IGNORED } from "../jobs/processEvents.ts";
import { cash } from "./cash.ts";
import { simulatorOf } from "./simulator/simulator.ts";

/** The providers that payments go through. */
export const Adapters: Partial<ServiceSchema> = mixin({
  created(this: PaymentsService) {
    this.simulator = simulatorOf(this.db, () => this.jobs.kick("deliverWebhooks"));
    this.providers = { simulator: this.simulator, cash };
    this.broker.metrics.register(IGNORED);
  },
});
