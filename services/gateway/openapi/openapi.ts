/** OpenAPI 3.1 of the system, written from the contracts: what is documented is what is checked. */
import { config } from "../../../config.ts";
import { routesOf } from "../../../lib/contract.ts";
import { ACTIONS } from "../../registry.ts";
import { Operations } from "./operations.ts";
import { HEADERS, parameter, PARAMETERS, PROBLEM } from "./parts.ts";
import { type Json, Schemas } from "./schemas.ts";
import { TAGS } from "./tags.ts";

const DESCRIPTION = `Every route is also at \`/api\`. Texts are in French or English, by \`Accept-Language\`.

Money: a field whose name ends in \`Minor\` is a whole number in the smallest unit of its currency (12.50 EUR is 1250); the decimal beside it is the same amount for people. Rates in \`BasisPoints\` are hundredths of a percent. Moments are UTC.

Refusals are \`application/problem+json\` (RFC 9457); programs go by \`code\`. Requests that create or pay take an \`Idempotency-Key\`. Lists are read page by page: \`next\` of one answer is \`after\` of the next request. A later version may add fields to answers.

Every answer has the headers \`X-Request-ID\`, \`Content-Language\`, \`RateLimit\` and \`RateLimit-Policy\`.

What happens live, and what services tell each other, is described in \`/asyncapi.json\`.`;

export function openapi(): Json {
  const schemas = new Schemas(ACTIONS.filter(({ rest }) => rest).map(({ returns }) => returns));
  const operations = new Operations(schemas);
  const paths: Record<string, Json> = {};
  for (const action of ACTIONS)
    routesOf(action).forEach(({ method, path }, i) => {
      const address = path.replace(/:(\w+)/g, "{$1}");
      paths[address] ??= {
        parameters: (["Accept-Language", "X-Request-ID"] as const).map(parameter),
      };
      paths[address][method.toLowerCase()] = operations.operation(action, i);
    });
  return {
    openapi: "3.1.0",
    info: {
      title: "Comptoir",
      version: config.version,
      summary: "Shop, stock, orders and payments of a business with one shop or many.",
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: config.http.publicUrl }, { url: "/" }, { url: "/api" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      headers: HEADERS,
      parameters: PARAMETERS,
      responses: operations.refusals(),
      schemas: { Problem: PROBLEM, ...schemas.components() },
    },
  };
}
