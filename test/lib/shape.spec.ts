/** Shapes with names and words: what documents are written from, and what validation must not mind. */
import * as shapes from "../../lib/shape.ts";
import { compile } from "../../lib/validator.ts";

const { describe: say, id, object, optional, shape, text } = shapes;
const Parcel = shape("Parcel", { id: id(), label: text({ max: 5 }) }, "Something that is sent.");

test("two shapes cannot have the same name, the same shape can be made twice", () => {
  const again = () =>
    shape("Parcel", { id: id(), label: text({ max: 5 }) }, "Something that is sent.");
  expect(again()).toEqual(Parcel);
  expect(() => shape("Parcel", { id: id() }, "Another one.")).toThrow("called Parcel");
});

test("a name that comes twice, in different words, is checked as the shape that it is", () => {
  const both = object({ first: Parcel, second: say("The one that came back.", optional(Parcel)) });
  const parcel = { id: "01890a5d-ac96-774b-bcce-b302099a8057", label: "abc" };
  const validate = compile(both);
  expect(validate({ first: parcel, second: parcel })).toBe(true);
  expect(validate({ first: parcel })).toBe(true);
  expect(validate({ first: parcel, second: { ...parcel, label: "too long" } })).toBe(false);
  expect(compile(Parcel)(parcel)).toBe(true);
  expect(compile({ ...Parcel, description: "Yet another." })(parcel)).toBe(true);
});

test("an object's identity is its id, or the field that it says", () => {
  expect(Parcel[shapes.IDENTITY]).toBe("id");
  const Coupon = shape("Voucher", { code: text() }, "A code.", { identity: "code" });
  expect(Coupon[shapes.IDENTITY]).toBe("code");
});

test("an id says what it refers to", () => {
  expect(id({ of: "order" })).toMatchObject({
    [shapes.REFERS_TO]: "order",
    description: "The id of the order.",
  });
  expect(id()[shapes.REFERS_TO]).toBeUndefined();
});
