import type { Middleware, Service } from "moleculer";
import { NotAllowed, NotSignedIn } from "../lib/access.ts";
import type { Asked, Caller } from "../lib/bus.ts";
import type { Scope } from "../lib/contract.ts";

export interface Rules {
  /** Whom a signed principal names. @throws a failure when it is forged or expired. */
  readonly whois: (principal: string) => Omit<Caller, "scope">;
  readonly scopeOf: (roles: readonly string[], permission: string) => Scope | undefined;
}

/**
 * Enforces a contract's `allow` where the action runs, so that no road around the gateway exists.
 * It must stand outside the cacher: a cached answer passes by everything that stands inside.
 */
export const Allow = ({ whois, scopeOf }: Rules): Middleware => ({
  name: "Allow",
  localAction(next, { allow }) {
    if (allow === undefined || allow === "services") return next;

    const judge = (ctx: Asked<unknown>): Caller | undefined => {
      const { principal } = ctx.meta;
      const person = principal === undefined ? undefined : whois(principal);
      if (allow === "anyone") return person && { ...person, scope: "own" };
      if (!person) throw NotSignedIn({});
      if (allow === "member") return { ...person, scope: "own" };
      const scope = scopeOf(person.roles, allow);
      if (!scope) throw NotAllowed({ needs: allow });
      return { ...person, scope };
    };
    return async function allowed(this: Service, ctx) {
      const asked = ctx as unknown as Asked<unknown>;
      asked.locals.caller = judge(asked);
      return (await next.call(this, ctx)) as unknown;
    };
  },
});
