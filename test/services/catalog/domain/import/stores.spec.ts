import * as fc from "fast-check";
import {
  type ImportedStore,
  type ImportIssue,
  isError,
} from "../../../../../services/catalog/domain/import/imported.ts";
import {
  readStores,
  type StoreOptions,
} from "../../../../../services/catalog/domain/import/stores.ts";
import { brief, inPieces, only } from "./reading.ts";

async function readAll(content: unknown, options?: StoreOptions) {
  const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
  const stores: ImportedStore[] = [];
  const issues: ImportIssue[] = [];
  for await (const item of readStores(inPieces(bytes, 50), options)) {
    if (isError(item)) issues.push(item);
    else stores.push(item);
  }
  return { stores, issues };
}

const MALL = {
  id: 1e3,
  type: "BigBox",
  name: " Mall ",
  address: "340 W Market",
  address2: "",
  city: "Bloomington",
  state: "MN",
  zip: "55425",
  location: {
    lat: 44.85,
    lon: -93.24,
  },
  hours: "Mon: 10-9:30; Tue: 9-9; Wed: 10-9; Thurs: 10-9; Fri: 10-9; Sat: 10-9; Sun: closed",
  services: ["Delivery", "Repairs ", "Repairs", " "],
};

test("a store is read with all that it says", async () => {
  const { stores, issues } = await readAll([MALL]);
  expect(brief(issues)).toEqual(["1 STORE_FIELD_REFUSED services"]);
  const day = [["10:00", "21:00"]];
  expect(only(stores)).toEqual({
    line: 1,
    code: "1000",
    name: "Mall",
    kind: "BigBox",
    latitude: 44.85,
    longitude: -93.24,
    address: {
      line1: "340 W Market",
      city: "Bloomington",
      region: "MN",
      postalCode: "55425",
      country: "US",
    },
    hours: {
      mon: [["10:00", "21:30"]],
      tue: [["09:00", "21:00"]],
      wed: day,
      thu: day,
      fri: day,
      sat: day,
      sun: [],
    },
    services: ["Delivery", "Repairs"],
  });
});

test.each<[string, object, string]>([
  ["no number", { id: null }, "1 STORE_FIELD_MISSING id"],
  ["no name", { name: " " }, "1 STORE_FIELD_MISSING name"],
  ["a NUL in its name", { name: "a\0" }, "1 STORE_FIELD_MISSING name"],
  ["a lone surrogate in its town", { city: "\uD800" }, "1 STORE_FIELD_MISSING city"],
  ["an endless street", { address: "x".repeat(256) }, "1 STORE_FIELD_MISSING address"],
  ["no postal code", { zip: undefined }, "1 STORE_FIELD_MISSING zip"],
  ["no position", { location: null }, "1 STORE_PLACE_UNREADABLE location"],
  ["a position in text", { location: { lat: "1", lon: 2 } }, "1 STORE_PLACE_UNREADABLE location"],
  [
    "a position off the globe",
    { location: { lat: 91, lon: 2 } },
    "1 STORE_PLACE_UNREADABLE location",
  ],
])("a store with %s is not taken, and told", async (_, fields, issue) => {
  const { stores, issues } = await readAll([
    { ...MALL, services: [], ...fields },
    { ...MALL, id: 2, services: [] },
  ]);
  expect(stores.map(({ code }) => code)).toEqual(["2"]);
  expect(brief(issues)).toEqual([issue]);
});

test("what is only useful may be missing or wrong, and is told", async () => {
  const odd = { ...MALL, hours: "sometimes", type: 1.5, address2: null, services: "all", fax: 1 };
  const { stores, issues } = await readAll([
    odd,
    { ...odd, id: 2, services: [], type: "x", hours: null },
  ]);
  expect(stores).toHaveLength(2);
  expect(only(stores.slice(0, 1))).not.toHaveProperty("hours");
  expect(brief(issues)).toEqual([
    "1 STORE_FIELD_NOT_TAKEN fax",
    "1 STORE_FIELD_REFUSED type",
    "1 HOURS_UNREADABLE hours",
    "1 STORE_FIELD_REFUSED services",
  ]);
});

test("of two stores with one number the first is taken", async () => {
  const { stores, issues } = await readAll([
    { ...MALL, services: [] },
    { ...MALL, services: [], id: "1000" },
    7,
  ]);
  expect(stores).toHaveLength(1);
  expect(brief(issues)).toEqual(["2 STORE_REPEATED id", "3 STORE_NOT_AN_OBJECT"]);
});

test("a ZIP code that lost its zero gets it back, abroad it stays as it is", async () => {
  const store = { ...MALL, services: [], zip: 2128 };
  const home = await readAll([store]);
  expect(only(home.stores).address.postalCode).toBe("02128");
  expect(brief(home.issues)).toEqual(["1 POSTAL_CODE_PADDED zip"]);
  const abroad = await readAll([store], { country: "CH" });
  expect(only(abroad.stores).address).toMatchObject({ postalCode: "2128", country: "CH" });
});

test.each([
  ["{}", "STORES_NOT_A_LIST"],
  ["[1,", "STORES_NOT_A_LIST"],
  ["", "STORES_NOT_A_LIST"],
  ["\xff", "STORES_NOT_A_LIST"],
  [`[${" ".repeat(200)}]`, "STORES_TOO_LARGE"],
])("%j is told to be no list of stores", async (text, code) => {
  const { stores, issues } = await readAll(Buffer.from(text, "latin1"), {
    limitBytes: 100,
  });
  expect(stores).toEqual([]);
  expect(only(issues).code).toBe(code);
});

test("any JSON and any bytes are stores or issues, never an error", async () => {
  const entries = fc.array(
    fc.record(
      {
        id: fc.anything(),
        name: fc.string(),
        address: fc.string(),
        city: fc.anything(),
        zip: fc.string(),
        location: fc.anything(),
        hours: fc.string(),
        services: fc.anything(),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 5 },
  );
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => void (await readAll(value ?? 0))),
  );
  await fc.assert(
    fc.asyncProperty(entries, async (value) => {
      const text = JSON.stringify(value, (_, each: unknown) =>
        typeof each === "bigint" ? String(each) : each,
      );
      await readAll(Buffer.from(text));
    }),
  );
  await fc.assert(fc.asyncProperty(fc.uint8Array(), async (bytes) => void (await readAll(bytes))));
});
