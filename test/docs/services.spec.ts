/** Each service's README says what its contract says. */
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Event, routesOf } from "../../lib/contract.ts";
import { ACTIONS } from "../../services/registry.ts";

const services = globSync("services/*/*.service.ts").map((file) =>
  path.basename(path.dirname(file)),
);

test.each(services)("%s: actions with their routes, and events", async (service) => {
  const readme = readFileSync(`services/${service}/README.md`, "utf8");
  expect(readme.startsWith(`# ${service}\n`)).toBe(true);
  const rows = [...readme.matchAll(/^\| `(\w+\.\w+)`\s*\| (?:`(.+?)`|services only)\s*\|/gm)].map(
    ([, name, route]) => `${name} ${route ?? "-"}`,
  );
  const promised = ACTIONS.filter(({ name }) => name.startsWith(`${service}.`)).map((action) => {
    const [first] = routesOf(action);
    return `${action.name} ${first ? `${first.method} ${first.path}` : "-"}`;
  });
  expect(rows.sort()).toEqual(promised.sort());

  const contract = path.resolve(`services/${service}/${service}.contract.ts`);
  const output = existsSync(contract)
    ? Object.values((await import(contract)) as Record<string, unknown>)
    : [];
  const events = output.filter(
    (it): it is Event =>
      typeof it === "object" && it !== null && "payload" in it && "summary" in it,
  );
  const published = [...readme.matchAll(/^- `([\w.-]+)`: /gm)].map(([, name = ""]) => name);
  expect(new Set(published)).toEqual(new Set(events.map(({ name }) => name)));
});
