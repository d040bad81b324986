import type { DatabaseService, Db } from "../../mixins/database.mixin.ts";
import type { JobsService } from "../../mixins/jobs.mixin.ts";
import type { Providers } from "./adapters/provider.ts";
import type { Simulator } from "./adapters/simulator/simulator.ts";

interface Adapters {
  providers: Providers;
  simulator: Simulator;
}
type Kicked = "processEvents" | "returnLateCaptures" | "deliverWebhooks";

export type PaymentsDb = Db;
export type PaymentsService = DatabaseService & JobsService<Kicked> & Adapters;
