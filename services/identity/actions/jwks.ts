import type { ActionHandler } from "../../../lib/bus.ts";
import { keys } from "../../../lib/principal.ts";
import type { ShowKeys } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";

export const jwks: ActionHandler<typeof ShowKeys, IdentityService> = async () => ({
  keys: keys.jwks().keys.map((key) => ({ ...key })),
});
