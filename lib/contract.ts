/**
 * A contract declares what a service offers: actions, events and failures. `<service>.contract.ts`
 * holds it, and is the only file of a service that others may import. Validator, types, routes,
 * OpenAPI and the authorization matrix are derived from it.
 */
import type { Failure, Sentence } from "./failure.ts";
import type { Fields, Of, Shape } from "./shape.ts";

export { failure } from "./failure.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Route = `${Method} /${string}`;

/**
 * The callers that an action admits. `public` needs no sign-in; `internal` has no route from
 * outside; `authenticated` admits every signed-in person, who sees only their own; anything else is
 * the name of a permission such as `orders.read`, which roles grant with a scope (own, store or
 * any).
 */
export type Audience = "public" | "internal" | "authenticated" | `${string}.${string}`;
export type Scope = "own" | "store" | "any";

/** A thing that actions name by its id. The service that has it says how it is found (lib/access.ts). */
export interface Resource {
  readonly name: string;
  /** Makes the failure for a resource that does not exist or is not visible to the caller. */
  readonly missing: (id: string) => Error;
}
export const resource = (name: string, missing: Resource["missing"]): Resource => ({
  name,
  missing,
});

/**
 * Declares which resource an action touches. The platform checks it before the action runs, so that
 * no handler can forget it; lib/scope.ts has the rule.
 * - `own`: only the caller's own, which the handler finds by the caller's id;
 * - `any`: only callers with the scope `any`, because the action touches things without an owner;
 * - `shared`: the answer is the same for every caller;
 * - `visible`: a list or a sum of what the caller may see, limited by the handler's query;
 * - `handler`: the handler checks by lib/scope.ts, because only another service knows the owner;
 * - with `resource`: the thing that the parameter `id` names; with `staff`, owning it is not
 * enough;
 * - with `owner` and `store`: the future owner, in these parameters; the caller if absent.
 */
export type Access<P extends Fields = Fields> =
  | "own"
  | "any"
  | "shared"
  | "visible"
  | "handler"
  | { readonly resource: Resource; readonly id: keyof P & string; readonly staff?: true }
  | {
      readonly owner?: keyof P & string;
      readonly store?: keyof P & string;
      /** A second store, of which either one is enough. */
      readonly orStore?: keyof P & string;
      refusal(this: void, params: Of<P>): Error;
    };

/**
 * The effect of an `Idempotency-Key`. Always, the same key with another request is refused.
 * - `key`: the handler runs in a transaction of the platform (`ctx.locals.tx`), in which the key is
 * claimed and the answer saved; the same request gets the same answer again;
 * - `resource`: the handler claims the key (`ctx.locals.claim`) in the transaction that creates a
 * resource; the same request gets the same resource in its present state;
 * - `natural`: repeating the request has no further effect anyway; the key is only compared.
 */
export type Idempotency = "key" | "resource" | "natural";

export interface Caching<P extends Fields = Fields, R = unknown> {
  /** Parameters that the answer depends on; `#language` and the like from the call's meta. */
  readonly keys: readonly string[];
  readonly seconds: number;
  /** The answer is the same for everybody: the gateway may keep its bytes. */
  readonly shared?: boolean;
  /** Names the answer's tags. Invalidating one removes the answer from all caches. */
  tags?(params: NoInfer<Of<P>>, answer: NoInfer<R>): readonly string[];
}

export interface Example {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Action<
  P extends Fields = Fields,
  R = unknown,
  A extends Audience = Audience,
  I extends Idempotency | undefined = Idempotency | undefined,
> {
  readonly name: string;
  /** A query only reads and may be repeated at any time; a command changes something. */
  readonly kind: "query" | "command";
  readonly summary: string;
  /** Documents what a caller must know besides: repetition, units, what happens afterwards. */
  readonly description?: string;
  /** The roads from outside. All are mounted at `/` and `/api`. The first is the one documented. */
  readonly rest?: Route | readonly Route[];
  readonly allow: A;
  /** Required for every action that is neither public nor internal. */
  readonly access?: Access;
  readonly params: P;
  readonly returns: Shape<R>;
  /** HTTP status of a successful answer; 200 by default. */
  readonly status?: 200 | 201 | 202 | 204;
  /** Answered instead, by `$statusCode`, while the outcome is not final. */
  readonly pendingStatus?: 202;
  /** Media types of what comes and what is answered, where they are not JSON. */
  readonly consumes?: string;
  readonly produces?: string;
  /** The version of the API that brought it. */
  readonly since?: string;
  /** Names the replacement. Routes after the first are always deprecated. */
  readonly deprecated?: string;
  /** Requests that are answered well, for the documentation; a test sends them. */
  readonly examples?: readonly Example[];
  /**
   * Allows the bus to retry after a time-out: `safe` for queries, `idempotent` for commands whose
   * repetition changes nothing. Other commands are sent once.
   */
  readonly retry?: "safe" | "idempotent";
  /** Takes an `Idempotency-Key`. */
  readonly idempotency?: I | undefined;
  /** A guest's token, in its header, counts: it says which guest asks, or was asking until now. */
  readonly guestToken?: boolean;
  /** Time limit of a call in milliseconds; 5,000 by default. */
  readonly timeoutMs?: number;
  readonly cache?: Caching<P, R>;
  /** Counts against a narrower limit than ordinary requests: guessing, money, heavy work. */
  readonly rateClass?: "login" | "heavy" | "webhook";
  readonly failures?: readonly Failure<never>[];
  readonly tag?: string;
  /** The body is taken as it came, as the text parameter `body`: its signature is to be checked. */
  readonly raw?: boolean;
  /** The body is a stream, in `ctx.stream`: a file. */
  readonly stream?: boolean;
  /** Text of the answer's `message` field, which the contracts of the old clients require. */
  readonly message?: Sentence;
}
export type Params<C> = C extends { readonly params: infer P extends Fields } ? Of<P> : never;
export type Result<C> = C extends { readonly returns: Shape<infer R> } ? R : never;

type Spec<P extends Fields, R, A extends Audience, I extends Idempotency | undefined> = Omit<
  Action<P, R, A, I>,
  "name" | "kind" | "access"
> & { readonly access?: Access<P> };

/** Declares an action that only reads. The bus may retry it. */
export const query = <const P extends Fields, R, const A extends Audience>(
  name: string,
  spec: Spec<P, R, A, undefined>,
): Action<P, R, A, undefined> => ({ name, kind: "query", retry: "safe", ...spec });

/** An action that changes something. */
export const command = <
  const P extends Fields,
  R,
  const A extends Audience,
  const I extends Idempotency | undefined = undefined,
>(
  name: string,
  spec: Spec<P, R, A, I>,
): Action<P, R, A, I> => ({ name, kind: "command", ...spec });

export interface Event<F extends Fields = Fields> {
  readonly name: string;
  /** The service that publishes it, and no other may. */
  readonly producer: string;
  readonly summary: string;
  readonly description?: string;
  /** Version of the payload, raised when a field changes its meaning; 1 by default. */
  readonly version?: number;
  readonly payload: F;
  /** Names the rooms that receive it live, such as `order:<id>`, `store:<id>`, `admin`. */
  readonly rooms?: (data: never) => readonly string[];
}
export type Payload<E> = E extends Event<infer F> ? Of<F> : never;

export const event = <const F extends Fields>(
  producer: string,
  name: string,
  spec: Omit<Event<F>, "name" | "producer" | "rooms"> & {
    rooms?: (data: Of<F>) => readonly string[];
  },
): Event<F> => ({ name, producer, ...spec });

/** Tells actions, and events, from the other exports of a contract. */
export const isAction = (it: unknown): it is Action => has(it, "allow") && "returns" in it;
export const isEvent = (it: unknown): it is Event => has(it, "payload") && "summary" in it;
const has = (it: unknown, key: string): it is object =>
  typeof it === "object" && it !== null && key in it;

/** The routes of an action as method and path, the documented one first. */
export function routesOf({ rest }: Pick<Action, "rest">): { method: Method; path: string }[] {
  const lines = rest === undefined ? [] : typeof rest === "string" ? [rest] : rest;
  return lines.map((line) => {
    const [method, path] = line.split(" ") as [Method, string];
    return { method, path };
  });
}
