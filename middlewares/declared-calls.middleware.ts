/** Refuses calls that a service's manifest does not declare. For development and tests. */
import type { CallingOptions, Middleware, Service } from "moleculer";
import type { Manifest } from "../lib/manifest.ts";

/** The rights on the bus come from the manifests: over NATS such a call would be refused. */
class UndeclaredCall extends Error {
  constructor(service: string, action: string) {
    super(`${service} calls ${action}, which its manifest does not declare under \`calls\`.`);
    this.name = "UndeclaredCall";
  }
}

type Call = (action: string, params: unknown, options?: CallingOptions) => Promise<unknown>;

/** Ways in call what the routes of others say; feeds are followed as `hears` and reactions say. */
export function DeclaredCalls(manifests: readonly Manifest[]): Middleware {
  const declared = new Map(
    manifests
      .filter(({ edge }) => !edge)
      .map(({ name, calls = [] }) => [name, new Set(calls)] as const),
  );
  const refused = (caller: string, action: string): boolean =>
    declared.get(caller)?.has(action) === false &&
    action.split(".")[0] !== caller &&
    !action.endsWith(".events");
  const call =
    (next: Call): Call =>
    (action, params, options) => {
      const { service } = (options?.parentCtx ?? {}) as { service?: Service };
      return service && refused(service.name, action)
        ? Promise.reject(new UndeclaredCall(service.name, action))
        : next(action, params, options);
    };
  const middleware: object = { name: "DeclaredCalls", call };
  return middleware;
}
