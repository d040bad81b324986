import type { DatabaseService, Db } from "../../mixins/database.mixin.ts";
import type { Providers } from "./adapters/provider.ts";
import type { Simulator } from "./adapters/simulator/simulator.ts";

/** What the service has besides its database. A kick does at once what its schedule would do later. */
export interface PaymentQueues {
  providers: Providers;
  simulator: Simulator;
  /** The node takes nothing more: others go on. */
  leaving: boolean;
  kickPolls: () => void;
  kickEvents: () => void;
  kickRefunds: () => void;
  kickDeliveries: () => void;
}

export type PaymentsDb = Db;
export type PaymentsService = DatabaseService & PaymentQueues;
