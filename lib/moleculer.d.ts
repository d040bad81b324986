import "moleculer";
import type { Audience } from "./contract.ts";

declare module "moleculer" {
  interface ActionSchema {
    allow?: Audience;
    returns?: object;
    timeout?: number;
    /** Whether it changes something, as its routes say. */
    changes?: boolean;
  }
}
