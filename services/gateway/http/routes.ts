/** The routes of the system: the `rest` lines of the contracts, at `/` and at `/api`. */
import { type Action, routesOf } from "../../../lib/contract.ts";
import { ACTIONS } from "../../registry.ts";

/** Aliases as moleculer-web takes them: "GET /orders/:orderId" → "orders.get". */
export function aliases(actions = ACTIONS): Record<string, string> {
  const lines = actions.flatMap((action) =>
    routesOf(action).map(({ method, path }) => [`${method} ${path}`, targetOf(action)] as const),
  );
  // Fixed words before parameters: /orders/mine is not an order with the id "mine".
  return Object.fromEntries(lines.sort(([a], [b]) => rank(a) - rank(b)));
}

const targetOf = ({ name, stream }: Action) => (stream ? `stream:${name}` : name);
const rank = (line: string) => (line.includes(":") ? line.split("/:").length : 0);

export interface Alias {
  readonly method: string;
  readonly fullPath: string;
  match(url: string): object | false;
  isMethod(method: string): boolean;
}

/**
 * Finds the alias of a URL among those with the same first words. Moleculer-web's own way compares
 * with every alias of the system, one after the other.
 */
export class RouteIndex<A extends Alias> {
  readonly #byFirst: Map<string, A[]>;

  constructor(all: readonly A[]) {
    this.#byFirst = Map.groupBy(all, ({ fullPath }) => firstOf(fullPath));
  }

  find(url: string, method: string): { alias: A; params: object } | false {
    for (const alias of this.#byFirst.get(firstOf(url)) ?? []) {
      if (!alias.isMethod(method)) continue;
      const params = matched(alias, url);
      if (params) return { alias, params };
    }
    return false;
  }

  /** Methods that are possible at this address. */
  methodsAt(url: string): string[] {
    const there = (this.#byFirst.get(firstOf(url)) ?? []).filter((alias) => matched(alias, url));
    return [...new Set(there.map(({ method }) => method))];
  }
}

/** A parameter that is not well encoded matches nothing. */
function matched(alias: Alias, url: string): object | false {
  try {
    return alias.match(url);
  } catch {
    return false;
  }
}

/** "/api/orders/1" and "/orders/1" are found under "orders" of their own prefix. */
function firstOf(path: string): string {
  const [, first = "", second = ""] = path.split("/");
  return first === "api" ? `api/${second}` : first;
}
