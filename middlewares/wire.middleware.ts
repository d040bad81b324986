import type { Middleware, Service } from "moleculer";
import { failure } from "../lib/contract.ts";
import { compile, type Fault, faultsOf } from "../lib/validator.ts";

export const ContractBroken = failure<{ action: string; errors: Fault[] }>("CONTRACT_BROKEN", 500, {
  en: "{action} answered with something that its contract does not describe.",
  fr: "{action} a répondu autre chose que ce que décrit son contrat.",
});

/**
 * Checks what an action answers against its contract. A row, a Date or a column too many (a password
 * hash) fails here, in development and in tests, instead of leaking in production.
 */
export const Wire: Middleware = {
  name: "Wire",
  localAction(next, { returns, name = "" }) {
    if (!returns) return next;
    const validate = compile(returns);
    return async function checked(this: Service, ctx) {
      const answer: unknown = await next.call(this, ctx);
      if (!validate(answer))
        throw ContractBroken({ action: name, errors: faultsOf(validate.errors) });
      return answer;
    };
  },
};
