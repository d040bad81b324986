import { command } from "../../../../lib/contract.ts";
import {
  boolean,
  id,
  integer,
  list,
  nullable,
  object,
  optional,
  text,
} from "../../../../lib/shape.ts";
import { languageOf } from "../../../../edge/language.ts";
import { parametersOf } from "../../../../services/gateway/http/parameters.ts";

const List = command("teas.list", {
  summary: "",
  allow: "public",
  params: {
    teaId: optional(id()),
    limit: optional(integer()),
    cheap: optional(nullable(integer())),
    fresh: optional(boolean()),
    kinds: optional(list(text())),
    sizes: optional(list(integer())),
    name: optional(text()),
  },
  returns: object({}),
});
const read = (query: Record<string, string | string[]>, body = {}, path = {}) =>
  parametersOf(List, { path, query, body });

test("text of the address becomes what the contract says", () => {
  expect(
    read({ limit: "20", fresh: "true", kinds: "green,black", sizes: ["1", "2"], cheap: "5" }),
  ).toEqual({
    limit: 20,
    fresh: true,
    kinds: ["green", "black"],
    sizes: [1, 2],
    cheap: 5,
  });
});

test("what cannot be read so is left for the validator to refuse", () => {
  expect(read({ limit: "many", fresh: "1", name: "20" })).toEqual({
    limit: "many",
    fresh: "1",
    name: "20",
  });
  expect(read({ limit: "0x10" })).toEqual({ limit: "0x10" });
});

test("what is in the body is not converted, and the path wins over all", () => {
  expect(read({ name: "query" }, { limit: "20", name: "body" }, { name: "path" })).toEqual({
    limit: "20",
    name: "path",
  });
});

test.each([["a\0b"], ["\ud800"]])("text that no database takes is refused at the door", (name) => {
  expect(() => read({ name })).toThrow(expect.objectContaining({ type: "ADDRESS_MALFORMED" }));
});

test.each([
  [undefined, "fr"],
  ["", "fr"],
  ["en", "en"],
  ["en-GB,en;q=0.9,fr;q=0.8", "en"],
  ["de,fr;q=0.3,en;q=0.5", "en"],
  ["en;q=0,fr;q=0.1", "fr"],
  ["*", "fr"],
  ["xx;q=zz,,;;", "fr"],
])("for Accept-Language %s it speaks %s", (header, language) => {
  expect(languageOf(header)).toBe(language);
});
