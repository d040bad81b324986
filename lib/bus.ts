/** Binds contracts to the functions that fulfil them, and calls others by contract. */
import { Type } from "@sinclair/typebox";
import type { ActionSchema, CallingOptions, Context, Service, ServiceSchema } from "moleculer";
import { config } from "../config.ts";
import { accessCheck } from "./access.ts";
import { runInContext } from "./request-context.ts";
import { maxMessageBytes } from "./bus-limits.ts";
import type { Action, Audience, Idempotency, Params, Result, Scope } from "./contract.ts";
import { refusingUndeclared } from "./declared-failures.ts";
import { failpoint, failpointsInUse } from "./failpoint.ts";
import type { Language } from "./failure.ts";
import { type Called, type KeyClaim, withIdempotencyKey } from "./idempotent-call.ts";
import type { Fields, Of } from "./shape.ts";
import type { Tx } from "./sql.ts";

/** The calling person, whom the gateway's signed principal names and the service verified. */
export interface Caller {
  readonly id: string;
  readonly roles: readonly string[];
  /** Stores that the person works in. */
  readonly stores: readonly string[];
  readonly sessionId: string;
  /** The scope of the caller's permission for this action: own, store or any. */
  readonly scope: Scope;
}

/** The metadata of every call; small, as it is sent each way. Unsigned fields are not trusted. */
export interface Meta {
  /** The signed principal: a JWT of one minute. */
  principal?: string;
  language?: Language;
  /** Idempotency-Key of the request at the edge. */
  key?: string;
  /** The secret that identifies a guest, who is not signed in. */
  guestToken?: string;
  /** Address of the client at the edge, for guessing limits and sessions. */
  ip?: string;
  agent?: string;
  $statusCode?: number;
  $location?: string;
  $responseHeaders?: Record<string, string>;
  $responseType?: string;
}
interface Locals<A extends Audience, I extends Idempotency | undefined = undefined> {
  caller: A extends "public" | "internal" ? Caller | undefined : Caller;
  /** The platform's transaction, in commands with `idempotency: "key"`. */
  tx: I extends "key" ? Tx : never;
  /** The key that the request brought, in commands with `idempotency: "resource"`. */
  claim: I extends "resource" ? KeyClaim | undefined : never;
}
export type ActionContext<
  P,
  A extends Audience = Audience,
  I extends Idempotency | undefined = undefined,
> = Context<P, Meta, Locals<A, I>>;
/** The context of a call of the action whose contract is `C`. */
export type Ctx<C> = C extends { readonly allow: infer A extends Audience }
  ? ActionContext<Params<C>, A, IdempotencyOf<C>>
  : never;
type IdempotencyOf<C> = C extends { readonly idempotency?: infer I }
  ? I extends Idempotency
    ? I
    : undefined
  : undefined;

/**
 * The function that an action file exports. Its arguments are the call, the service with what its
 * mixins added, and the resource that the contract's `access` names.
 */
export type ActionHandler<C, S = Service, R = undefined> = (
  ctx: Ctx<C>,
  service: S,
  resource: R,
) => Promise<Result<C>>;

const RETRIES = { enabled: true, retries: 4, delay: 80, maxDelay: 1_000, factor: 2 };

/** The JSON Schema of what an action takes. Fields that it does not name are refused. */
export const paramsOf = (params: Fields) =>
  Type.Object({ ...params }, { additionalProperties: false });

/**
 * A contract and the function that fulfils it, as a Moleculer action. What the contract says of access,
 * idempotency and failures is enforced here, before and around the function.
 */
export function handle<
  P extends Fields,
  R,
  A extends Audience,
  I extends Idempotency | undefined,
  S,
  Found,
>(
  contract: Action<P, R, A, I>,
  run: (ctx: ActionContext<Of<P>, A, I>, service: S, resource: Found) => Promise<R>,
): ActionSchema {
  const { name, kind, rest, allow, params, returns, retry, timeoutMs, cache } = contract;
  const { status, idempotency, guestToken, rateClass, raw, stream } = contract;
  const check = accessCheck(contract);
  const once = withIdempotencyKey(contract, (ctx, service) =>
    run(ctx as never, service as S, ctx.locals.resource as Found),
  );
  const answer = async (ctx: Called, service: Service): Promise<unknown> => {
    if (check) ctx.locals.resource = await check(ctx, service);
    return once(ctx, service);
  };
  const honest = config.production ? answer : refusingUndeclared(contract as Action, answer);
  return {
    visibility: rest ? "published" : "public",
    allow,
    changes: kind === "command",
    // The gateway routes by these, as its code may lack the contract of a newer service.
    kind,
    rest,
    status,
    idempotency,
    guestToken,
    rateClass,
    raw,
    stream,
    params: paramsOf(params),
    returns,
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    ...(retry && { retryPolicy: RETRIES }),
    cache: cache ? { ...cache, ttl: cache.seconds } : false,
    handler(this: Service, ctx: Called) {
      const surroundings = {
        traceId: ctx.requestID ?? undefined,
        action: name,
        actor: ctx.locals.caller?.id,
        timeoutMs,
        maxMessageBytes: maxMessageBytes(ctx.broker),
      };
      return runInContext(surroundings, () => honest(ctx, this));
    },
    // JSON Schema where Moleculer types expect fastest-validator rules; lib/validator.ts reads it.
  } as unknown as ActionSchema;
}

/** Anything that can call: a context (its trace and principal go along), a broker. */
export interface CanCall {
  call: Context["call"];
}

/**
 * Calls an action by its contract: name, parameters and result are all checked. Do not change what
 * you gave or got: in one process it is the callee's own.
 */
export async function call<P extends Fields, R, A extends Audience>(
  from: CanCall,
  contract: Action<P, R, A>,
  params: NoInfer<Of<P>>,
  options?: CallingOptions,
): Promise<R> {
  if (!failpointsInUse) return from.call<R, Of<P>>(contract.name, params, options);
  failpoint(`call.${contract.name}.before`);
  const answer = await from.call<R, Of<P>>(contract.name, params, options);
  failpoint(`call.${contract.name}.after`);
  return answer;
}

/**
 * Emitted locally on a node that is about to stop, before its services stop. A server of clients
 * then accepts no new connections, and resolves when the open requests are answered.
 */
export const DRAINING = "$node.draining";

/** A mixin says `this` of its own in each hook, which Moleculer's types cannot express. */
export const mixin = (schema: object) => schema as Partial<ServiceSchema>;

/** Does the same for a service that uses mixins from packages whose types do not fit ours. */
export const service = (schema: object) => schema as ServiceSchema;
