/**
 * What a service says in public: what may be asked of it (actions), what it tells (events) and how
 * it refuses (failures). `<service>.contract.ts` holds them, and is the only file of a service that
 * others may import. Validator, types, routes, OpenAPI and the authorization matrix come from here.
 */
import type { Failure, Sentence } from "./failure.ts";
import type { Fields, Of, Shape } from "./shape.ts";

export { failure } from "./failure.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Route = `${Method} /${string}`;

/**
 * Who may ask. `anyone` needs no sign-in; `services` has no road from outside; `member` is whoever
 * is signed in and sees only what is their own; anything else is the name of a permission such as
 * `orders.read`, which roles grant with a scope (own, store or any).
 */
export type Audience = "anyone" | "services" | "member" | `${string}.${string}`;
export type Scope = "own" | "store" | "any";

export interface Caching {
  /** Parameters that the answer depends on; `#principal.id` style keys for what depends on who asks. */
  readonly keys: readonly string[];
  readonly seconds: number;
  /** The answer is the same for everybody: the gateway may keep its bytes. */
  readonly shared?: boolean;
}

export interface Action<P extends Fields = Fields, R = unknown, A extends Audience = Audience> {
  readonly name: string;
  readonly summary: string;
  /** The roads from outside. All are mounted at `/` and `/api`. The first is the one documented. */
  readonly rest?: Route | readonly Route[];
  readonly allow: A;
  readonly params: P;
  readonly returns: Shape<R>;
  /** Status of a good answer; 200 if not said. A 202/201 may also be chosen by `$statusCode`. */
  readonly status?: 200 | 201 | 202 | 204;
  /** May be repeated by the bus itself after a time-out: reads, and commands with an id of their own. */
  readonly repeatable?: boolean;
  /** Takes an `Idempotency-Key`: the same key and body are answered the same, another body refused. */
  readonly keyed?: boolean;
  /** A guest's token, in its header, counts: it says which guest asks, or was asking until now. */
  readonly guest?: boolean;
  /** How long it may take before the caller is told that nobody answered; 5,000 ms if not said. */
  readonly timeoutMs?: number;
  readonly cache?: Caching;
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
export type Params<C> = C extends Action<infer P, unknown, Audience> ? Of<P> : never;
export type Result<C> = C extends Action<Fields, infer R, Audience> ? R : never;

export const action = <const P extends Fields, R, const A extends Audience>(
  name: string,
  spec: Omit<Action<P, R, A>, "name">,
): Action<P, R, A> => ({ name, ...spec });

export interface Event<F extends Fields = Fields> {
  readonly name: string;
  readonly summary: string;
  readonly payload: F;
  /** Who sees it live: rooms such as `user:<id>`, `order:<id>`, `store:<id>`, `saga:<id>`, `admin`. */
  readonly rooms?: (data: never) => readonly string[];
}
export type Payload<E> = E extends Event<infer F> ? Of<F> : never;

export const event = <const F extends Fields>(
  name: string,
  spec: Omit<Event<F>, "name" | "rooms"> & { rooms?: (data: Of<F>) => readonly string[] },
): Event<F> => ({ name, ...spec });

/** The routes of an action as method and path, the documented one first. */
export function routesOf({ rest }: Pick<Action, "rest">): { method: Method; path: string }[] {
  const lines = rest === undefined ? [] : typeof rest === "string" ? [rest] : rest;
  return lines.map((line) => {
    const [method, path] = line.split(" ") as [Method, string];
    return { method, path };
  });
}
