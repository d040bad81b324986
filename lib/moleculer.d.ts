import "moleculer";
import type { Loader } from "./access.ts";
import type { Audience } from "./contract.ts";
import type { Invariant } from "./invariants.ts";

declare module "moleculer" {
  interface ActionSchema {
    allow?: Audience;
    returns?: object;
    timeout?: number;
    /** Whether it is a command. */
    changes?: boolean;
  }
  interface ServiceSchema {
    /** How the things that contracts name (`access.resource`) are found, and whose they are. */
    resources?: Readonly<Record<string, Loader>>;
    /** What must always hold in its database; its nodes watch some of it. */
    invariants?: readonly Invariant[];
  }
}
