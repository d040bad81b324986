/** Builds an action's parameters from path, query and body. Only text from the URL is converted. */
import type { TSchema } from "@sinclair/typebox";
import { type Action, routesOf } from "../../../lib/contract.ts";
import { issuesOf, InvalidInput } from "../../../lib/validator.ts";
import { AddressMalformed } from "./failures.ts";

type Text = Record<string, string | string[] | undefined>;

/**
 * The path wins over the query, the query over the body. Numbers, flags and lists in the URL are
 * read as what the contract says; what cannot be read so is left for the validator to refuse. What
 * the contract does not name is refused here, since an answer that is kept passes by the validator; in
 * the address of what anybody may read it is passed over.
 * @throws AddressMalformed, InvalidInput (400)
 */
export function parametersOf(
  contract: Action,
  { path, query, body }: { path: Text; query: Text; body: Record<string, unknown> },
): Record<string, unknown> {
  const named = { ...query, ...path };
  const read = Object.entries(named).flatMap(([name, value]) => {
    const texts = [value].flat().filter((one) => one !== undefined);
    if (!isFine(name)) throw AddressMalformed({});
    if (!Object.hasOwn(contract.params, name)) {
      if (isPublicRead(contract) && !isMeantFor(contract, name)) return [];
      throw invalid("", "additionalProperties", { additionalProperty: name });
    }
    // The parser makes objects of `name[of]=value`.
    if (!texts.every((one) => typeof one === "string"))
      throw invalid(`/${name}`, "type", { type: "string" });
    if (!texts.every(isFine)) throw AddressMalformed({});
    return [[name, convert(contract.params[name], value)] as const];
  });
  return { ...body, ...(Object.fromEntries(read) as Record<string, unknown>) };
}

/** Links to what anybody may read carry parameters of others, such as `utm_source`. */
const isPublicRead = (contract: Action): boolean =>
  contract.allow === "public" && routesOf(contract).some(({ method }) => method === "GET");

/** `q[of]` was meant as a parameter `q`. */
const isMeantFor = ({ params }: Action, name: string): boolean =>
  Object.hasOwn(params, name.split("[", 1)[0] ?? "");

function invalid(instancePath: string, keyword: string, params: Record<string, unknown>): Error {
  const errors = issuesOf([{ instancePath, keyword, params, schemaPath: "" }]);
  return InvalidInput({ errors, field: errors[0]?.field ?? "", reason: errors[0]?.en ?? "" });
}

const isFine = (text: string) =>
  text.isWellFormed() && !text.includes("\0") && text !== "__proto__";

function convert(shape: TSchema | undefined, value: string | string[] | undefined): unknown {
  if (shape === undefined || value === undefined) return value;
  const kind = kindOf(shape);
  if (kind === "array") {
    const many = Array.isArray(value) ? value : value.split(",");
    return many.map((one) => convert(shape.items as TSchema, one));
  }
  if (Array.isArray(value)) return value;
  if (kind === "integer" || kind === "number") return numberOf(value);
  if (kind === "boolean") return value === "true" ? true : value === "false" ? false : value;
  return value;
}

/** Returns the first non-text type of a union, such as a nullable number. */
function kindOf(shape: TSchema): string | undefined {
  if (typeof shape.type === "string") return shape.type;
  const options = (shape.anyOf ?? []) as TSchema[];
  return options.map(kindOf).find((kind) => kind !== "string" && kind !== "null");
}

const numberOf = (text: string): unknown =>
  /^-?\d+(\.\d+)?([eE]\d{1,2})?$/.test(text) ? Number(text) : text;
