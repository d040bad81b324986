import type { Middleware, Service } from "moleculer";
import type { ActionContext } from "../lib/bus.ts";

/**
 * Tells who did what: each change that a person asked for, done or refused, is a log line and is
 * shown to whoever watches the room `admin`. What was changed is in the event feed, with its actor,
 * in the transaction of the change; this also shows what was refused.
 */
export const Audit: Middleware = {
  name: "Audit",
  localAction(next, { allow, changes, name = "" }) {
    if (!changes || allow === undefined || allow === "internal") return next;

    return async function audited(this: Service, ctx) {
      const asked = ctx as unknown as ActionContext<unknown>;
      const report = (outcome: string) => {
        const { caller } = asked.locals;
        if (!caller) return;
        const line = { audit: name, actor: caller.id, outcome, ip: asked.meta.ip };
        asked.broker.logger.info(line);
        const at = new Date().toISOString();
        const pushed = { name: "audit.recorded", data: line, rooms: ["admin"], at };
        void asked.broker.broadcast("realtime.push", { events: [pushed] });
      };
      try {
        const answer: unknown = await next.call(this, ctx);
        report("done");
        return answer;
      } catch (error) {
        report((error as { type?: string }).type ?? "failed");
        throw error;
      }
    };
  },
};
