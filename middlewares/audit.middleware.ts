import type { Middleware, Service } from "moleculer";
import type { ActionContext } from "../lib/bus.ts";

/**
 * Logs each command that a person called, done or refused, and sends it to the room `admin`. The
 * event feed has the details of a change, with its actor, in the transaction of the change; this
 * log also has refusals.
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
