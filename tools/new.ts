/**
 * `npm run new -- service wishlists` makes a service with one table, its list and a test of it;
 * `npm run new -- action wishlists.add "PUT /wishlist/:productId"` one action of a service, with its test.
 * What they make is green at once, and for a person to fill in.
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { actionFiles } from "./new/action.ts";
import { serviceFiles } from "./new/service.ts";

const NAME = /^[a-z][a-z0-9]*$/;
const ACTION = /^([a-z][a-z0-9]*)\.([a-z]\w*)$/;
const ROUTE = /^(GET|POST|PUT|PATCH|DELETE) (\/[\w/:.-]+)$/;
const USAGE = `npm run new -- service wishlists
npm run new -- action wishlists.add "PUT /wishlist/:productId"`;

async function main([what, name = "", route = ""]: readonly string[]): Promise<void> {
  if (what === "service" && NAME.test(name)) {
    const { MANIFESTS } = await import("../services/manifests.ts");
    if (existsSync(`services/${name}`)) throw new Error(`There is a service ${name} already.`);
    const place = Math.max(...MANIFESTS.map((manifest) => manifest.place)) + 1;
    return write(serviceFiles(name, place));
  }
  const [, service = "", action = ""] = ACTION.exec(name) ?? [];
  const [, method = "", where = ""] = ROUTE.exec(route) ?? [];
  if (what !== "action" || action === "" || where === "") throw new Error(USAGE);
  const contract = `services/${service}/${service}.contract.ts`;
  if (!existsSync(contract)) throw new Error(`There is no ${contract}.`);
  const files = actionFiles({ service, action, method, path: where });
  write(files, () => appendFileSync(contract, `export * from "./contract/${action}.ts";\n`));
}

/** Nothing is written over: what is there is somebody's. */
function write(files: Readonly<Record<string, string>>, also?: () => void): void {
  const names = Object.keys(files);
  const there = names.find((file) => existsSync(file));
  if (there !== undefined) throw new Error(`${there} is there already.`);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  also?.();
  const run = (...args: string[]) => execFileSync(process.execPath, args, { stdio: "inherit" });
  run("node_modules/oxfmt/bin/oxfmt", ...names);
  process.stdout.write(names.map((file) => `${file}\n`).join(""));
  run("tools/deployment.ts");
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
