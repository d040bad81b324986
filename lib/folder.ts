/** Binds the files of a service's folder to what its contract declares, by their names. */
import { readdirSync } from "node:fs";
import path from "node:path";
import type { ActionSchema } from "moleculer";
import { handle } from "./bus.ts";
import { type Action, isAction } from "./contract.ts";

type Run = Parameters<typeof handle>[1];

/**
 * The actions of the service in `folder`: `actions/place.ts` exports the function `place`, which fulfils
 * the action `orders.place` of `contract`.
 * @throws Error at start, when a file has no action or an action has no file
 */
export async function actionsIn(
  folder: string,
  contract: object,
): Promise<Record<string, ActionSchema>> {
  const declared = new Map(
    Object.values(contract)
      .filter(isAction)
      .map((action) => [nameIn(action), action]),
  );
  const files = filesIn(path.join(folder, "actions"), declared, "action");
  const bound: Record<string, ActionSchema> = {};
  for (const [file, name, action] of files) {
    const run = (await exportsOf(file))[name];
    if (!run) throw new Error(`${file} does not export a function ${name}.`);
    bound[name] = handle(action, run);
  }
  return bound;
}

/** Returns the entries of `declared` with their files in `folder`, in the declared order. */
export function filesIn<T>(
  folder: string,
  declared: ReadonlyMap<string, T>,
  what: string,
): [file: string, name: string, of: T][] {
  const names = namesIn(folder);
  const [stray] = names.filter((name) => !declared.has(name));
  if (stray !== undefined)
    throw new Error(`${path.join(folder, stray)}.ts is bound to nothing: no ${what} is named so.`);
  return [...declared].map(([name, of]) => {
    const file = path.join(folder, `${name}.ts`);
    if (!names.includes(name)) throw new Error(`The ${what} ${name} has no file ${file}.`);
    return [file, name, of];
  });
}

/** The functions that a file exports, by their names. */
export async function exportsOf(file: string): Promise<Record<string, Run>> {
  const module = (await import(file)) as object;
  return Object.fromEntries(
    Object.entries(module).filter((it): it is [string, Run] => typeof it[1] === "function"),
  );
}

/** "place" of the action "orders.place". */
const nameIn = ({ name }: Action): string => name.slice(name.indexOf(".") + 1);

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((file) => path.basename(file, ".ts"));
  } catch {
    return [];
  }
}
