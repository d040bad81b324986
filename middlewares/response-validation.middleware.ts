import type { Middleware, Service } from "moleculer";
import { AnswerTooLarge, assertFits, maxMessageBytes, RequestTooLarge } from "../lib/bus-limits.ts";
import { failure } from "../lib/contract.ts";
import { compile, type ValidationIssue, issuesOf } from "../lib/validator.ts";

const ContractBroken = failure<{ action: string; errors: ValidationIssue[] }>(
  "CONTRACT_BROKEN",
  500,
  {
    en: "{action} answered with something that its contract does not describe.",
    fr: "{action} a répondu autre chose que ce que décrit son contrat.",
  },
);

/**
 * Checks what an action answers against its contract. A row, a Date or a column too many (a password
 * hash) fails here, in development and in tests, instead of leaking in production. What is larger than
 * the bus takes is refused here as the transporter would, so that one process behaves as many do.
 */
export const ResponseValidation: Middleware = {
  name: "Wire",
  localAction(next, { returns, name = "" }) {
    // The gateway's own actions take live requests, and are never asked over the bus.
    if (!returns) return next;
    const validate = compile(returns);
    return async function checked(this: Service, ctx) {
      const maxBytes = maxMessageBytes(ctx.broker);
      assertFits(ctx.params, maxBytes, (sizes) => RequestTooLarge({ action: name, ...sizes }));
      const answer: unknown = await next.call(this, ctx);
      if (!validate(answer))
        throw ContractBroken({ action: name, errors: issuesOf(validate.errors) });
      if (!isStream(answer))
        assertFits(answer, maxBytes, (sizes) => AnswerTooLarge({ action: name, ...sizes }));
      return answer;
    };
  },
};

/** A file goes in parts, each far below the limit. */
const isStream = (answer: unknown): boolean =>
  typeof (answer as { pipe?: unknown } | null | undefined)?.pipe === "function";
