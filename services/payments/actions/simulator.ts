import type { ActionHandler } from "../../../lib/bus.ts";
import { assertSimulation } from "../workflows/simulation.ts";
import type { SetSimulator } from "../payments.contract.ts";
import { setDefaultScenario } from "../adapters/simulator/store.ts";
import type { PaymentsService } from "../payments.types.ts";

export const simulator: ActionHandler<typeof SetSimulator, PaymentsService> = async (
  ctx,
  { db },
) => {
  assertSimulation(ctx.params);
  await setDefaultScenario(db.sql, ctx.params);
  return ctx.params;
};
