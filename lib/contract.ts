/**
 * What a service says in public: what may be asked of it (actions), what it tells (events) and how
 * it refuses (failures). `<service>.contract.ts` holds them, and is the only file of a service that
 * others may import. Validator, types, routes, OpenAPI and the authorization matrix come from here.
 */
import type { Failure, Sentence } from "./failure.ts";
import type { Fields, Of, Shape } from "./shape.ts";

export { failure } from "./failure.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Route = `${Method} /${string}`;

/**
 * Who may ask. `public` needs no sign-in; `internal` has no route from outside; `authenticated` is for everybody
 * who is signed in, each of whom sees only what is their own; anything else is the name of a permission such as
 * `orders.read`, which roles grant with a scope (own, store or any).
 */
export type Audience = "public" | "internal" | "authenticated" | `${string}.${string}`;
export type Scope = "own" | "store" | "any";

/** A thing that actions name by its id. The service that has it says how it is found (lib/access.ts). */
export interface Resource {
  readonly name: string;
  /** What is thrown when there is none, and when it is not the caller's to see. */
  readonly missing: (id: string) => Error;
}
export const resource = (name: string, missing: Resource["missing"]): Resource => ({
  name,
  missing,
});

/**
 * Whose thing an action touches. The platform asks before the action runs, so that no handler can
 * forget it; see lib/scope.ts for the rule.
 * - `own`: nothing but the caller's own, which the handler finds by the caller's id;
 * - `any`: only for the scope `any`, because the things of this action are nobody's in particular;
 * - `shared`: the answer is the same for everybody who may ask;
 * - `visible`: a list or a sum of what the caller may see, limited by the handler's query;
 * - `handler`: the handler asks lib/scope.ts itself, because only another service knows whose it is;
 * - with `resource`: the thing that the parameter `id` names; for `staff`, one's own is no reason;
 * - with `owner` and `store`: whose it is to be, as these parameters say; nobody named is oneself.
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
 * What an `Idempotency-Key` does; with every kind, the same key with another request is refused.
 * - `key`: the handler runs in a transaction of the platform (`ctx.locals.tx`) in which the key is
 *   taken and the answer kept; the same request is given the same answer again;
 * - `resource`: the handler takes the key (`ctx.locals.claim`) in the transaction that makes a thing
 *   and keeps the thing's id; the same request is shown the same thing as it is now;
 * - `natural`: whatever is asked twice has one effect anyway; the key is only compared.
 */
export type Idempotency = "key" | "resource" | "natural";

export interface Caching<P extends Fields = Fields, R = unknown> {
  /** Parameters that the answer depends on; `#language` and the like from the call's meta. */
  readonly keys: readonly string[];
  readonly seconds: number;
  /** The answer is the same for everybody: the gateway may keep its bytes. */
  readonly shared?: boolean;
  /** What the answer shows. When one of these is invalidated, the answer is no longer kept on any node. */
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
  /** Whether it only tells something, or changes something. Queries may be asked again at any time. */
  readonly kind: "query" | "command";
  readonly summary: string;
  /** What else a caller must know: repetition, units, what happens afterwards. */
  readonly description?: string;
  /** The roads from outside. All are mounted at `/` and `/api`. The first is the one documented. */
  readonly rest?: Route | readonly Route[];
  readonly allow: A;
  /** Must be said by every action that is neither for everybody nor for services only. */
  readonly access?: Access;
  readonly params: P;
  readonly returns: Shape<R>;
  /** Status of a good answer; 200 if not said. */
  readonly status?: 200 | 201 | 202 | 204;
  /** Answered instead, by `$statusCode`, while the outcome is not final. */
  readonly pendingStatus?: 202;
  /** Media types of what comes and what is answered, where they are not JSON. */
  readonly consumes?: string;
  readonly produces?: string;
  /** The version of the API that brought it. */
  readonly since?: string;
  /** What to use instead, since it will go. Routes after the first are always such. */
  readonly deprecated?: string;
  /** Requests that are answered well, for the documentation; a test sends them. */
  readonly examples?: readonly Example[];
  /**
   * Whether the bus itself may ask again after a time-out: `safe` for queries, `idempotent` for
   * commands of which a second one changes nothing. Other commands are asked once.
   */
  readonly retry?: "safe" | "idempotent";
  /** Takes an `Idempotency-Key`. */
  readonly idempotency?: I | undefined;
  /** A guest's token, in its header, counts: it says which guest asks, or was asking until now. */
  readonly guestToken?: boolean;
  /** How long it may take before the caller is told that nobody answered; 5,000 ms if not said. */
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
  /** Told to the person in the answer's `message` field by the old clients' contracts. */
  readonly message?: Sentence;
}
export type Params<C> = C extends { readonly params: infer P extends Fields } ? Of<P> : never;
export type Result<C> = C extends { readonly returns: Shape<infer R> } ? R : never;

type Spec<P extends Fields, R, A extends Audience, I extends Idempotency | undefined> = Omit<
  Action<P, R, A, I>,
  "name" | "kind" | "access"
> & { readonly access?: Access<P> };

/** An action that only tells something. The bus may ask it again. */
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
  /** Of its payload, counted up when a field changes its meaning; 1 if not said. */
  readonly version?: number;
  readonly payload: F;
  /** Who sees it live: rooms such as `user:<id>`, `order:<id>`, `store:<id>`, `saga:<id>`, `admin`. */
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

/** Whether it is a contract's action, or its event, among all that a contract exports. */
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
