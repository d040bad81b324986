import { config } from "../../../config.ts";
import { NoSimulation } from "../payments.contract.ts";

/** Refuses scenarios in production. @throws NoSimulation (403) */
export function assertSimulation(scenario: object | undefined, production = config.production) {
  if (scenario !== undefined && production) throw NoSimulation({});
}
