/** Applies the access that a contract says, where the action is bound, before its handler runs. */
import type { Context, Service } from "moleculer";
import type { Caller } from "./bus.ts";
import type { Access, Action } from "./contract.ts";
import { failure } from "./failure.ts";
import type { Called } from "./idempotent-call.ts";
import { canAccess, canAccessAsStaff, type Ownership } from "./scope.ts";

export const NotSignedIn = failure("NOT_SIGNED_IN", 401, {
  en: "Sign in first.",
  fr: "Connectez-vous d'abord.",
});
export const NotAllowed = failure<{ needs: string }>("NOT_ALLOWED", 403, {
  en: "You are not allowed to do this ({needs}). Ask an administrator.",
  fr: "Vous n'êtes pas autorisé à faire cela ({needs}). Adressez-vous à un administrateur.",
});

/**
 * Reads one of a service's resources and its owner. The handler gets the resource as its third
 * argument, so that it is read only once. It is read outside the handler's transaction: owner and
 * store never change, everything else has to be read again under a lock.
 */
export interface Loader {
  readonly find: (service: never, id: string, ctx: Context) => Promise<unknown>;
  readonly ownership: (found: never) => Ownership;
}
export const loads = <S, R>(
  find: (service: S, id: string, ctx: Context) => Promise<R | undefined>,
  ownership: (found: R) => Ownership,
): Loader => ({ find, ownership });

type Check = (ctx: Called, service: Service) => Promise<unknown>;

/**
 * Returns the check that runs before the action of `contract`, or undefined if none is needed. The
 * check answers the resource that the contract names. Throws at start-up when a contract does not
 * declare who owns what its action touches.
 */
export function accessCheck(contract: Action): Check | undefined {
  const { name, allow, access } = contract;
  const open = allow === "public" || allow === "internal";
  if (access === undefined) {
    if (open) return undefined;
    throw new Error(`The contract of ${name} does not say whose thing it touches (access).`);
  }
  if (access === "any") return async ({ locals: { caller } }) => assertAny(caller, allow);
  if (typeof access === "string") return undefined;
  return "resource" in access ? ofResource(access) : ofParameters(access);
}

function assertAny(caller: Caller | undefined, needs: string): void {
  if (caller?.scope !== "any") throw NotAllowed({ needs });
}

function ofResource({ resource, id, staff }: Extract<Access, { resource: unknown }>): Check {
  const isAllowed = staff ? canAccessAsStaff : canAccess;
  return async (ctx, service) => {
    const wanted = String((ctx.params as Record<string, unknown>)[id]);
    const { find, ownership } = loaderOf(service, resource.name);
    const found = await find(service as never, wanted, ctx);
    const { caller } = ctx.locals;
    if (found === undefined || !caller || !isAllowed(caller, ownership(found as never)))
      throw resource.missing(wanted);
    return found;
  };
}

function ofParameters(access: Extract<Access, { refusal: unknown }>): Check {
  const { owner, store, orStore, refusal } = access;
  return async (ctx) => {
    const params = ctx.params as Record<string, string | undefined>;
    const of = (name: string | undefined) => (name === undefined ? undefined : params[name]);
    const [ownerId, ...storeIds] = [owner, store, orStore].map(of);
    const { caller } = ctx.locals;
    const nobodys = ownerId === undefined && storeIds.every((id) => id === undefined);
    // An owner who is not named is the caller; a list that names no store is limited by its query.
    if (caller && (nobodys || (owner !== undefined && ownerId === undefined))) return;
    if (!caller || !canAccess(caller, { ownerId, storeIds })) throw refusal(params);
  };
}

function loaderOf({ schema, name }: Service, resource: string): Loader {
  const { resources } = schema as { resources?: Readonly<Record<string, Loader>> };
  const loader = resources?.[resource];
  if (!loader) throw new Error(`The service ${name} does not say how its ${resource} is found.`);
  return loader;
}
