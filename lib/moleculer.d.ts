import "moleculer";
import type { Loader } from "./access.ts";
import type { Audience } from "./contract.ts";
import type { Invariant } from "./invariants.ts";

declare module "moleculer" {
  interface ActionSchema {
    allow?: Audience;
    returns?: object;
    timeout?: number;
    changes?: boolean;
  }
  interface ServiceSchema {
    /** Loaders of the resources that contracts name (`access.resource`). */
    resources?: Readonly<Record<string, Loader>>;
    /** Invariants of its database; its nodes watch some of it. */
    invariants?: readonly Invariant[];
  }
}
