import type { ServiceSchema } from "moleculer";
import { handle } from "../../lib/bus.ts";
import type { Action, Audience } from "../../lib/contract.ts";
import type { Fields, Of } from "../../lib/shape.ts";

/**
 * Plays another service's action in a test. It is held to the same contract as the real one, by the
 * compiler and at run time, so it cannot drift away from it as a mock would.
 */
export function standIn<P extends Fields, R, A extends Audience>(
  contract: Action<P, R, A>,
  answer: (params: Of<P>) => R | Promise<R>,
): ServiceSchema {
  const [service, action] = contract.name.split(".") as [string, string];
  return {
    name: service,
    actions: { [action]: handle(contract, async (ctx) => answer(ctx.params)) },
  };
}
