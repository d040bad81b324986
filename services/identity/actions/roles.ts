import type { ActionHandler } from "../../../lib/bus.ts";
import { GRANTS, type ListRoles, PERMISSIONS, ROLES } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";

export const roles: ActionHandler<typeof ListRoles, IdentityService> = async () => ({
  roles: ROLES.map((name) => ({
    name,
    permissions: PERMISSIONS.flatMap((permission) => {
      const scope = GRANTS[name][permission];
      return scope ? [{ permission, scope }] : [];
    }),
  })),
});
