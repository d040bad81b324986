import type { ServiceSchema } from "moleculer";
import { config } from "../../../config.ts";
import { mixin } from "../../../lib/bus.ts";
import { singleFlight } from "../../../lib/single-flight.ts";
import { isPassing } from "../../../lib/sql.ts";
import { closeDays } from "../workflows/close-days.ts";
import { IGNORED, pollDue, processEvents } from "../workflows/poll.ts";
import { driveDueRefunds } from "../workflows/refunds.ts";
import { cash } from "../adapters/cash.ts";

import { simulatorOf } from "../adapters/simulator/simulator.ts";
import { deliverDue } from "../adapters/simulator/webhooks.ts";
import type { PaymentsService } from "../payments.types.ts";

type Self = PaymentsService & { work: (() => Promise<void>)[] };

/** On the schedule of every node; rows are leased, so nodes share the work. */
export const jobs = {
  poll: { everyMs: 1_000, run: async ({ kickPolls }: PaymentsService) => kickPolls() },
  processEvents: { everyMs: 1_000, run: async ({ kickEvents }: PaymentsService) => kickEvents() },
  giveBack: { everyMs: 1_000, run: async ({ kickRefunds }: PaymentsService) => kickRefunds() },
  closeDays: {
    everyMs: 10_000,
    run: ({ db }: PaymentsService) => closeDays(db, config.timeZone),
  },
  simulate: {
    everyMs: 500,
    async run({ simulator, kickDeliveries }: PaymentsService) {
      await simulator.decideDue();
      kickDeliveries();
    },
  },
};

export const AdaptersAndQueues: Partial<ServiceSchema> = mixin({
  created(this: Self) {
    this.leaving = false;
    this.work = [];
    this.kickPolls = kicker(this, () => pollDue(this));
    this.kickEvents = kicker(this, () => processEvents(this));
    this.kickRefunds = kicker(this, () => driveDueRefunds(this));
    this.kickDeliveries = kicker(this, () => deliver(this));
    this.simulator = simulatorOf(this.db, this.kickDeliveries);
    this.providers = { simulator: this.simulator, cash };
    this.broker.metrics.register(IGNORED);
  },
  async stopped(this: Self) {
    this.leaving = true;
    await Promise.all(this.work.map((again) => again()));
  },
});

/** All that is queued, but nothing more once the node leaves: others go on. */
async function deliver(service: Self): Promise<void> {
  const { db, broker, logger } = service;
  const refused = (error: unknown) =>
    logger.debug("A simulated webhook was not taken; it will come again.", error);
  while (!service.leaving && (await deliverDue(db.sql, broker, refused)) > 0);
}

/** Kicked again while it works, it rests first: under load one turn then does the work of many. */
const REST_MS = 20;

function kicker(service: Self, work: () => Promise<void>): () => void {
  const once = singleFlight(
    async () => {
      try {
        if (!service.leaving) await work();
      } catch (error) {
        const text = "A payment worker could not go on; it will at its next turn.";
        if (isPassing(error)) service.logger.debug(text, error);
        else service.logger.error(text, error);
      }
    },
    { restMs: REST_MS },
  );
  service.work.push(once);
  return () => void once();
}
