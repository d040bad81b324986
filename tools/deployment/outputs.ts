/** All that is written for others from manifests and contracts: what is not here is written by hand. */
import { routesOf } from "../../lib/contract.ts";
import { usersFor } from "../../operations/nats/deploy.ts";
import { ACTIONS, MANIFESTS } from "../../services/registry.ts";
import { COMPOSE } from "./compose.ts";
import { foldersOf, KUBERNETES } from "./kubernetes.ts";
import type { Parts } from "./parts.ts";
import { DOCUMENTS } from "./readme.ts";

const HEADER = "# Written by `npm run deployment` from the services' manifests; edits are lost.\n";

/** Files of which nothing is written by hand. */
export const whole = async (): Promise<Record<string, string>> => ({
  ...foldersOf(HEADER),
  "nats/users.conf": HEADER + (await usersFor({ namespace: "comptoir" })),
});

/** Files that have generated parts. */
export const partsIn = (): Readonly<Record<string, Parts>> => ({
  ...COMPOSE,
  ...KUBERNETES,
  ...DOCUMENTS,
  "monitoring/prometheus.yml": { services: MANIFESTS.map(({ name }) => `- ${name}`) },
  "nginx/http.d/retries.conf": { repeatable: ACTIONS.flatMap(repeatable) },
});

/** The other methods may always be sent again. */
const repeatable = (action: (typeof ACTIONS)[number]): string[] =>
  action.retry === undefined
    ? []
    : routesOf(action)
        .filter(({ method }) => method === "POST" || method === "PATCH")
        .map(
          ({ method, path }) => `"~^${method} (?:/api)?${path.replaceAll(/:\w+/g, "[^/]+")}$" 1;`,
        );
