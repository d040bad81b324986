/**
 * Routes of services whose contracts this node's code lacks: Moleculer's registry has the HTTP part
 * of each action's contract as plain data. Validation and authorization happen where the action
 * runs; the gateway only needs to know what to read from a request.
 */
import type { TSchema } from "@sinclair/typebox";
import type { ServiceBroker } from "moleculer";
import type { Action } from "../../../lib/contract.ts";
import { actionNamed } from "../../registry.ts";

interface Listed {
  readonly name: string;
  readonly action?: Partial<Omit<Action, "params">> & { params?: { properties?: object } };
}

/** The actions that can be asked from outside at the moment and that no contract of this node declares. */
export function discoveredActions({ registry }: ServiceBroker): Action[] {
  const listed = registry.actions.list({ onlyAvailable: true, skipInternal: true });
  return (listed as unknown as Listed[]).flatMap(({ name, action }) => {
    if (!action?.rest || !action.allow || action.allow === "internal" || actionNamed(name))
      return [];
    const params = (action.params?.properties ?? {}) as Record<string, TSchema>;
    // Such an answer is not cached here: its tags are a function, which the registry cannot carry.
    const { cache: _tagged, ...said } = action;
    return [{ ...said, name, params } as Action];
  });
}
