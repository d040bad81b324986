/** The files of a new action: its contract, its function and a test. */
import { capital, singularOf, wordsOf } from "./names.ts";

export interface NewAction {
  readonly service: string;
  readonly action: string;
  readonly method: string;
  readonly path: string;
}

export function actionFiles({ service, action, method, path }: NewAction): Record<string, string> {
  const contract = capital(action) + (/[A-Z]/.test(action) ? "" : singularOf(service));
  const kind = method === "GET" ? "query" : "command";
  const params = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  const Service = `${capital(service)}Service`;
  const again =
    method === "POST"
      ? `idempotency: "key",\n  failures: [KeyReused, KeyInvalid],`
      : kind === "command"
        ? `retry: "idempotent",`
        : "";
  const helpers = [
    ...(params.some((name) => name.endsWith("Id")) ? ["id"] : []),
    ...(params.some((name) => !name.endsWith("Id")) ? ["describe", "text"] : []),
    "object",
  ];
  return {
    [`services/${service}/contract/${action}.ts`]: `import { ${kind} } from "../../../lib/contract.ts";
${method === "POST" ? `import { KeyInvalid, KeyReused } from "../../../lib/idempotency.ts";\n` : ""}import { ${helpers.join(", ")} } from "../../../lib/shape.ts";

const params = { ${params.map((name) => `${name}: ${fieldOf(name)}`).join(", ")} };
export const ${contract} = ${kind}("${service}.${action}", {
  summary: "${capital(wordsOf(action))}: say here what it does.",
  rest: "${method} ${path}",
  allow: "authenticated",
  access: "own",
  params,
  returns: object(params),
  tag: "${service}",
  ${again}
});
`,
    [`services/${service}/actions/${action}.ts`]: `import type { ActionHandler } from "../../../lib/bus.ts";
import type { ${contract} } from "../${service}.contract.ts";
import type { ${Service} } from "../${service}.types.ts";

export const ${action}: ActionHandler<typeof ${contract}, ${Service}> = async ({ params }) => params;
`,
    [`test/services/${service}/${action}.spec.ts`]: `import { v7 } from "uuid";
import { ${contract} } from "../../../services/${service}/${service}.contract.ts";
import ${Service} from "../../../services/${service}/${service}.service.ts";
import { aPerson, type Stage, stage } from "../../support/stage.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([${Service}]);
});
afterAll(() => harness.leave());

test("${service}.${action} answers people who are signed in, and nobody else", async () => {
  const asked = { ${params.map((name) => `${name}: v7()`).join(", ")} };
  expect(await harness.call(${contract}, asked, aPerson())).toEqual(asked);
  await expect(harness.call(${contract}, asked)).rejects.toMatchObject({ code: 401 });
});
`.replace(params.length > 0 ? "" : `import { v7 } from "uuid";\n`, ""),
  };
}

const fieldOf = (name: string): string =>
  name.endsWith("Id")
    ? `id({ of: "${wordsOf(name.slice(0, -2)).replaceAll(" ", "-")}" })`
    : `describe("The ${wordsOf(name)}.", text())`;
