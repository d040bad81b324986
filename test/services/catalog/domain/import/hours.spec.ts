import * as fc from "fast-check";
import { readHours } from "../../../../../services/catalog/domain/import/hours.ts";

test.each([
  ["10-9:30", [["10:00", "21:30"]]],
  ["10:30-9", [["10:30", "21:00"]]],
  ["12-8", [["12:00", "20:00"]]],
  ["12:30-5:30", [["12:30", "17:30"]]],
  ["0-11:59", [["00:00", "23:59"]]],
  ["9-12:30", [["09:00", "12:30"]]],
  ["1-5:30", [["13:00", "17:30"]]],
  ["4-8", [["16:00", "20:00"]]],
  ["5-8", [["05:00", "20:00"]]],
  ["10am-9pm", [["10:00", "21:00"]]],
  ["1am-5pm", [["01:00", "17:00"]]],
  ["12 p.m. - 8 p.m.", [["12:00", "20:00"]]],
  ["10-9pm", [["10:00", "21:00"]]],
  ["10:00-21:30", [["10:00", "21:30"]]],
  ["08:00-12:00", [["08:00", "12:00"]]],
  ["10-24", [["10:00", "24:00"]]],
  [
    "9-12:30, 2-6",
    [
      ["09:00", "12:30"],
      ["14:00", "18:00"],
    ],
  ],
  ["Closed", []],
])("%s", (text, expected) => {
  expect(readHours(`Mon: ${text}`)?.hours.mon).toEqual(expected);
});

test.each([
  "",
  "Mon",
  "Mon:",
  "Mon: 10",
  "Mon: 10-",
  "Mon: late",
  "Mon: 10-9:75",
  "Mon: 25-26",
  "Mon: 9-12",
  "Mon: 6pm-2am",
  "Mon: 13pm-14pm",
  "Mon: 10-9; Mon: 10-9",
  "Lun: 10-9",
  "Mon: 9-6, 2-7",
  "Mon: 10-9; Tue: whenever",
  "Mon: 14-9",
  "Mon: 10-24:30",
  "x".repeat(2e3),
])("%j cannot be read", (text) => {
  expect(readHours(text)).toBeUndefined();
});

test("days that are not named are closed, and told", () => {
  const read = readHours("Mon: 10-9; Tuesday: 10-9; Thurs: 10-9; Fri: 1-6;");
  expect(read?.missing).toEqual(["wed", "sat", "sun"]);
  expect(read?.hours.wed).toEqual([]);
  expect(read?.afternoon).toEqual(["1-6"]);
});

test("whatever is read opens before it closes, within a day", () => {
  const part = fc.constantFrom(
    ...Array.from("0123456789:-,apm ;"),
    "am",
    "pm",
    "Mon: ",
    "Sun: ",
    "10-9",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const read = readHours(`Mon: ${parts.join("")}`);
      for (const [from, until] of Object.values(read?.hours ?? {}).flat()) {
        expect(from < until && /^([01]\d|2[0-4]):[0-5]\d$/.test(until)).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
});
