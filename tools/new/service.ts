/** The files of a new service: one table with an owner, the list of it, and a test. */
import { capital, singularOf } from "./names.ts";

export function serviceFiles(name: string, place: number): Record<string, string> {
  const Thing = singularOf(name);
  const thing = Thing.toLowerCase();
  const Things = capital(name);
  const Service = `${Things}Service`;
  const list = `List${Things}`;
  const folder = `services/${name}`;
  return {
    [`${folder}/${name}.manifest.ts`]: `import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "${name}",
  keeps: "${name}",
  place: ${place},
  database: true,
  tags: { ${name}: "Say here what ${name} are for." },
} satisfies Manifest;
`,
    [`${folder}/${name}.contract.ts`]: `export * from "./contract/list.ts";
export * from "./contract/shapes.ts";
`,
    [`${folder}/contract/shapes.ts`]: `import { dateTime, describe, id, type Infer, shape, text, version } from "../../../lib/shape.ts";

export const ${Thing} = shape(
  "${Thing}",
  {
    id: id(),
    ownerId: id({ of: "user" }),
    name: describe("What its owner calls it.", text({ max: 100 })),
    version: version(),
    createdAt: dateTime(),
    updatedAt: dateTime(),
  },
  "A ${thing} of a person.",
);
export type ${Thing} = Infer<typeof ${Thing}>;
`,
    [`${folder}/contract/list.ts`]: `import { query } from "../../../lib/contract.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import { page, paging } from "../../../lib/shape.ts";
import { ${Thing} } from "./shapes.ts";

export const ${list} = query("${name}.list", {
  summary: "List ${name}, the newest first.",
  rest: "GET /${name}",
  allow: "authenticated",
  access: "visible",
  params: paging,
  returns: page(${Thing}),
  failures: [CursorInvalid],
  tag: "${name}",
});
`,
    [`${folder}/actions/list.ts`]: `import type { ActionHandler } from "../../../lib/bus.ts";
import { listing } from "../../../lib/listing.ts";
import type { ${list} } from "../${name}.contract.ts";
import type { ${Service} } from "../${name}.types.ts";
import { ${Things} } from "../store/tables.ts";

export const list: ActionHandler<typeof ${list}, ${Service}> = listing(${Things});
`,
    [`${folder}/store/tables.ts`]: `import { table } from "../../../lib/table.ts";
import { ${Thing} } from "../contract/shapes.ts";

export const ${Things} = table("${thing}", {
  shape: ${Thing},
  owner: "ownerId",
  sorts: { newest: "-createdAt" },
});
`,
    [`${folder}/migrations/0001_${name}.sql`]: `create table ${thing} (
  id         uuid primary key,
  owner_id   uuid not null,
  name       text not null check (length(name) <= 100),
  version    integer not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index ${thing}_newest on ${thing} (created_at, id);
create index ${thing}_owner on ${thing} (owner_id, created_at, id);
`,
    [`${folder}/${name}.types.ts`]: `import type { DatabaseService } from "../../mixins/database.mixin.ts";

export type ${Service} = DatabaseService;
`,
    [`${folder}/${name}.service.ts`]: `import type { ServiceSchema } from "moleculer";
import { actionsIn } from "../../lib/folder.ts";
import { Database } from "../../mixins/database.mixin.ts";
import * as contract from "./${name}.contract.ts";

const ${Service}: ServiceSchema = {
  name: "${name}",
  mixins: [Database("${name}")],
  actions: await actionsIn(import.meta.dirname, contract),
};

export default ${Service};
`,
    [`${folder}/README.md`]: `# ${name}

Say here why there are ${name}, and what was decided.

It runs alone with \`SERVICES=${name} npm start\` ([one node of a cluster](../../README.md#one-node-of-a-cluster)).
Shapes and failures are in [${name}.contract.ts](${name}.contract.ts), and at \`/docs\`.

<!-- <generated contract> -->
<!-- </generated> -->
`,
    [`test/services/${name}/list.spec.ts`]: `import { v7 } from "uuid";
import { ${list} } from "../../../services/${name}/${name}.contract.ts";
import ${Service} from "../../../services/${name}/${name}.service.ts";
import { ${Things} } from "../../../services/${name}/store/tables.ts";
import { aPerson, type Stage, stage } from "../../support/stage.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([${Service}]);
});
afterAll(() => harness.leave());

test("everybody is shown their own ${name}, the newest first", async () => {
  const [me, other] = [aPerson(), aPerson()];
  const { sql } = harness.db("${name}");
  const make = (name: string) => ${Things}.insert(sql, { id: v7(), ownerId: me.id, name });
  const [older, newer] = [await make("Older"), await make("Newer")];
  expect((await harness.call(${list}, {}, me)).items).toEqual([newer, older]);
  expect((await harness.call(${list}, {}, other)).items).toEqual([]);
});
`,
  };
}
