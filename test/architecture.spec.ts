/** The rules of the system that the compiler cannot see. */
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ServiceSchema } from "moleculer";
import { isAction, isEvent } from "../lib/contract.ts";
import { inAll } from "../services/manifests.ts";
import { ACTIONS, actionNamed, DOMAINS, EVENTS, MANIFESTS } from "../services/registry.ts";
import { isPermission } from "../services/identity/domain/roles.ts";

const files = globSync(
  "{edge,lib,middlewares,mixins,services,runtime,operations,tools,bench}/**/*.ts",
).concat("config.ts", "moleculer.config.ts");
const textOf = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));
const imports = files.flatMap((from) =>
  [...(textOf.get(from) ?? "").matchAll(/from "(.+?)"/g)].map(([, to = ""]) => ({
    from,
    to: to.startsWith(".") ? path.join(path.dirname(from), to) : to,
  })),
);
const serviceOf = (file: string) => /^services\/([^/]+)\//.exec(file)?.[1];
const broken = (rule: (link: { from: string; to: string }) => boolean) =>
  imports.filter((link) => !rule(link)).map(({ from, to }) => `${from} → ${to}`);

test("a service knows of another only its contract", () => {
  const rule = ({ from, to }: { from: string; to: string }) =>
    serviceOf(from) === undefined ||
    serviceOf(to) === undefined ||
    serviceOf(to) === serviceOf(from) ||
    to.endsWith(".contract.ts");
  expect(broken(rule)).toEqual([]);
});

test("the platform knows no service, and no word of commerce", () => {
  const shared = /^(lib|mixins)\//;
  expect(broken(({ from, to }) => !shared.test(from) || serviceOf(to) === undefined)).toEqual([]);
  const words = /\b(cart|coupon|invoice|shopper|sku)s?\b/i;
  const sinners = files.filter(
    (file) => shared.test(file) && file !== "lib/shape.ts" && words.test(textOf.get(file) ?? ""),
  );
  expect(sinners).toEqual([]);
});

test("what all ways in share knows no protocol, and of services only contracts", () => {
  const foreign = /^node:https?$|^moleculer-web$|^moleculer-io$|^socket\.io$/;
  const rule = ({ from, to }: { from: string; to: string }) =>
    !from.startsWith("edge/") ||
    (!foreign.test(to) && (serviceOf(to) === undefined || to.endsWith(".contract.ts")));
  expect(broken(rule)).toEqual([]);
});

test("who called is never asked: only the signed principal says who asks", () => {
  const origin = /\bctx\.caller\b|\bcaller\s*[!=]==?\s*"|\{[^}]*\bcaller\b[^}]*\}\s*:\s*Asked</;
  const sinners = files.filter(
    (file) =>
      /^(edge|middlewares|mixins|services)\//.test(file) && origin.test(textOf.get(file) ?? ""),
  );
  expect(sinners).toEqual([]);
});

test("a domain knows its own contract and nothing of the bus or the database", () => {
  const forbidden =
    /^(moleculer|sequelize|pg|ioredis)$|^mixins\/|\/store\/|\/actions\/|^config\.ts$/;
  const rule = ({ from, to }: { from: string; to: string }) =>
    !from.includes("/domain/") || !forbidden.test(to);
  expect(broken(rule)).toEqual([]);
});

test("only stores, and what carries them, know Sequelize", () => {
  const rule = ({ from, to }: { from: string; to: string }) =>
    to !== "sequelize" || /\/store\/|^lib\/|^mixins\//.test(from);
  expect(broken(rule)).toEqual([]);
});

test("only config.ts reads the environment", () => {
  const others = files.filter(
    (file) => file !== "config.ts" && /process\.env\b(?!,)/.test(textOf.get(file) ?? ""),
  );
  expect(others.filter((file) => !/^(runtime|operations|tools|bench)\//.test(file))).toEqual([]);
});

test("actions call others by contract, never by a string", () => {
  const sinners = files.filter((file) =>
    /\b(ctx|broker)\.(call|emit)\s*[<(]/.test(textOf.get(file) ?? ""),
  );
  expect(sinners).toEqual([]);
});

test("every statement of SQL stands in a store, an invariant, a mixin or the platform", () => {
  const statement = /[`"]\s*(select|insert into|update|delete from)\s/i;
  const sinners = files.filter(
    (file) =>
      statement.test(textOf.get(file) ?? "") &&
      !/\/store(\/|\.ts$)|^services\/\w+\/invariants\.ts$|^lib\/|^mixins\/|^(runtime|operations|tools|bench)\//.test(
        file,
      ),
  );
  expect(sinners).toEqual([]);
});

describe("every action of the system", () => {
  test.each(ACTIONS.map((action) => [action.name, action] as const))(
    "%s says who may",
    (_, action) => {
      const { allow } = action;
      const known = ["public", "internal", "authenticated"].includes(allow) || isPermission(allow);
      expect({ allow, known }).toEqual({ allow, known: true });
    },
  );

  test("reachable from outside is never for services only, nor the other way round", () => {
    const wrong = ACTIONS.filter(
      ({ rest, allow, name }) =>
        (allow === "internal") === (rest !== undefined) && !name.endsWith(".health"),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test("no two have the same route", () => {
    const lines = ACTIONS.flatMap(({ rest = [] }) => [rest].flat()).map((line) =>
      line.replace(/:\w+/g, ":"),
    );
    expect(lines.filter((line, i) => lines.indexOf(line) !== i)).toEqual([]);
  });

  test("that is read by GET may be repeated by the bus", () => {
    const reads = ACTIONS.filter(({ rest = [] }) =>
      [rest].flat().some((it) => it.startsWith("GET")),
    );
    expect(
      reads
        .filter(({ kind, retry }) => kind !== "query" || retry !== "safe")
        .map(({ name }) => name),
    ).toEqual([]);
  });
});

test("each event is declared by one service, which is the one that publishes it", async () => {
  const declared = await Promise.all(
    globSync("services/*/*.contract.ts").map(async (file) => {
      const contract = (await import(path.resolve(file))) as Record<string, unknown>;
      const events = Object.values(contract).filter(isEvent);
      return events.map(({ name, producer }) => ({ name, producer, by: serviceOf(file) }));
    }),
  );
  const events = declared.flat();
  expect(events.filter(({ producer, by }) => producer !== by)).toEqual([]);
  const names = events.map(({ name }) => name);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  expect(names.length).toBe(EVENTS.length);
});

test("each reaction is typed by the event that its file is named after", () => {
  const wrong = files.filter((file) => {
    if (!file.includes("/reactions/")) return false;
    const [, exported = ""] = /Reacts<\s*typeof (\w+),/.exec(textOf.get(file) ?? "") ?? [];
    const declaration = `export const ${exported} = event(`;
    const [declares = ""] = files.filter((it) => textOf.get(it)?.includes(declaration));
    const name = JSON.stringify(path.basename(file, ".ts"));
    return !textOf.get(declares)?.split(declaration)[1]?.split("{")[0]?.includes(`, ${name}, `);
  });
  expect(wrong).toEqual([]);
});

describe("what services say of themselves", () => {
  test("is all there is: no other file lists them by hand", () => {
    const name = `"(?:${MANIFESTS.map((manifest) => manifest.name).join("|")})"`;
    const list = new RegExp(`${name}(?:,\\s*${name}){2}`);
    const sinners = files.filter(
      (file) => !/^(services\/\w+|bench)\//.test(file) && list.test(textOf.get(file) ?? ""),
    );
    expect(sinners).toEqual([]);
  });

  test("fits what their contracts say: permissions, events and actions", () => {
    const asked = new Set<string>(ACTIONS.map(({ allow }) => allow));
    const rooms = Object.values(inAll("rooms"));
    const unknownActions = rooms.filter(
      ({ readableBy: by }) => by && !actionNamed(by.action)?.params[by.id],
    );
    expect(unknownActions).toEqual([]);
    expect(rooms.filter(({ permission: it }) => it !== undefined && !isPermission(it))).toEqual([]);
    const used = Object.keys(inAll("permissions")).filter((it) => asked.has(it));
    expect(used.length).toBeGreaterThan(15);
    const events = new Set(EVENTS.map(({ name }) => name));
    const counted = Object.values(inAll("counters")).flatMap(({ outcomes, sums, states }) => [
      ...Object.keys({ ...outcomes, ...sums }),
      ...(states ? [states.event] : []),
    ]);
    expect(counted.filter((name) => !events.has(name))).toEqual([]);
  });

  test("lies in the folder of that name", () => {
    const folders = globSync("services/*/*.service.ts").map((file) => serviceOf(file) ?? "");
    expect(MANIFESTS.map(({ name }) => name).sort()).toEqual(folders.sort());
  });
});

describe.each(DOMAINS)("the service %s", (name) => {
  const folder = `services/${name}`;
  const load = async (file: string) =>
    (await import(path.resolve(file))) as Record<string, unknown>;

  test("is called as its folder is", async () => {
    const schema = (await load(`${folder}/${name}.service.ts`)).default as ServiceSchema;
    expect(schema.name).toBe(name);
  });

  test("types the function of each action by the contract that it is bound to", async () => {
    const contract = await load(`${folder}/${name}.contract.ts`);
    const wrong = Object.entries(contract).flatMap(([exported, it]) => {
      if (!isAction(it)) return [];
      const file = `${folder}/actions/${it.name.replace(`${name}.`, "")}.ts`;
      const typed = new RegExp(`ActionHandler<\\s*typeof ${exported},`);
      return typed.test(textOf.get(file) ?? "") ? [] : [file];
    });
    expect(wrong).toEqual([]);
  });

  test("has migrations that only go forward, numbered without a gap", () => {
    const names = globSync(`${folder}/migrations/*.sql`)
      .map((it) => path.basename(it))
      .sort();
    expect(names.map((it) => Number(it.slice(0, 4)))).toEqual(names.map((_, i) => i + 1));
    const destructive = names.filter((it) =>
      /\bdrop (table|column)\b|^\s*truncate\b/im.test(
        readFileSync(`${folder}/migrations/${it}`, "utf8"),
      ),
    );
    expect(destructive).toEqual([]);
  });
});

describe("the plan of a service", () => {
  const plan =
    "actions adapters contract domain jobs migrations reactions sagas store workflows".split(" ");
  /** The edge is no domain: it has what clients come in by. */
  const more: Readonly<Record<string, readonly string[]>> = {
    gateway: ["asyncapi", "http", "live", "openapi", "pages"],
  };

  test("has no other folder", () => {
    const others = files
      .filter((file) => file.startsWith("services/"))
      .flatMap((file) => {
        const [, service = "", folder = "", inner] = file.split("/");
        const known = [...plan, ...(more[service] ?? [])].includes(folder);
        return inner === undefined || known ? [] : [`services/${service}/${folder}`];
      });
    expect([...new Set(others)]).toEqual([]);
  });

  test("has a file of types that imports no code", () => {
    const typed = files.filter((file) => /^services\/(\w+)\/\1\.types\.ts$/.test(file));
    expect(typed.length).toBeGreaterThan(0);
    const code = typed.filter((file) => /^import (?!type\b)/m.test(textOf.get(file) ?? ""));
    expect(code).toEqual([]);
  });
});

test("files are short enough to be read", () => {
  const long = files.filter((file) => (textOf.get(file) ?? "").split("\n").length > 251);
  expect(long).toEqual([]);
});

test("every variable of the environment is explained in .env.example", () => {
  const read = [
    ...(textOf.get("config.ts") ?? "").matchAll(/\b(?:optional|integer|choice)\("([A-Z_]+)"/g),
  ];
  const example = readFileSync(".env.example", "utf8");
  const internal = ["FAILPOINT", "FAILPOINT_RECORD"];
  const missing = read
    .map(([, name = ""]) => name)
    .filter((name) => !new RegExp(`^${name}=`, "m").test(example));
  expect(missing.filter((name) => !internal.includes(name))).toEqual([]);
  expect(existsSync(".env")).toBe(false);
});
