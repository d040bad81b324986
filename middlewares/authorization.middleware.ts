import type { Middleware, Service } from "moleculer";
import { NotAllowed, NotSignedIn } from "../lib/access.ts";
import type { ActionContext, Caller } from "../lib/bus.ts";
import type { Scope } from "../lib/contract.ts";

interface Rules {
  /** Answers the person that a signed principal names. @throws a failure when it is forged or expired. */
  readonly verifyPrincipal: (principal: string) => Omit<Caller, "scope">;
  readonly scopeOf: (roles: readonly string[], permission: string) => Scope | undefined;
}

/**
 * Enforces a contract's `allow` where the action runs, so that no path around the gateway exists.
 * It must be outside the cacher: a cached answer skips everything inside.
 */
export const Authorization = ({ verifyPrincipal, scopeOf }: Rules): Middleware => ({
  name: "Allow",
  localAction(next, { allow }) {
    if (allow === undefined || allow === "internal") return next;

    const authorize = (ctx: ActionContext<unknown>): Caller | undefined => {
      const { principal } = ctx.meta;
      const identity = principal === undefined ? undefined : verifyPrincipal(principal);
      if (allow === "public") return identity && { ...identity, scope: "own" };
      if (!identity) throw NotSignedIn({});
      if (allow === "authenticated") return { ...identity, scope: "own" };
      const scope = scopeOf(identity.roles, allow);
      if (!scope) throw NotAllowed({ needs: allow });
      return { ...identity, scope };
    };
    return async function allowed(this: Service, ctx) {
      const asked = ctx as unknown as ActionContext<unknown>;
      asked.locals.caller = authorize(asked);
      return (await next.call(this, ctx)) as unknown;
    };
  },
});
