import {
  dateTime,
  describe,
  id,
  type Infer,
  integer,
  list,
  oneOf,
  optional,
  shape,
  text,
} from "../../../lib/shape.ts";

export const TransferState = describe(
  "draft → shipped → received, or cancelled.",
  oneOf("draft", "shipped", "received", "cancelled"),
);
export type TransferState = Infer<typeof TransferState>;
export const count = () => integer({ min: 0 });

/** One line of text: with 500 of them, a transfer is still one answer. */
export const lossReason = () =>
  text({
    description: "Why pieces were lost, in one line.",
    max: 100,
    pattern: "^[^\\u0000-\\u001f]*$",
  });
const TransferLine = shape(
  "TransferLine",
  {
    variantId: id({ of: "variant" }),
    sku: describe("Stock keeping unit: the merchant's own code.", text({ max: 64 })),
    sent: describe("Pieces that left the sending store.", integer({ min: 1 })),
    received: describe("Pieces that arrived so far.", count()),
    lost: describe("Pieces that were reported lost.", count()),
    lostReason: optional(lossReason()),
    returned: describe("Pieces that went back when it was cancelled on its way.", count()),
  },
  "A variant in a transfer, in pieces.",
);
export type TransferLine = Infer<typeof TransferLine>;
const head = {
  id: id(),
  number: describe("For people: short, unique, growing.", integer({ min: 1 })),
  fromStoreId: id({ of: "store" }),
  toStoreId: id({ of: "store" }),
  state: TransferState,
  note: describe("Remark of the person who sent the transfer.", optional(text({ max: 500 }))),
  draftedAt: dateTime(),
  shippedAt: optional(dateTime()),
  endedAt: describe(
    "When all pieces were accounted for, or it was cancelled.",
    optional(dateTime()),
  ),
};
export const Transfer = shape(
  "Transfer",
  { ...head, lines: describe("One for each variant.", list(TransferLine, { max: 500 })) },
  "Goods on their way from one store to another.",
);
export type Transfer = Infer<typeof Transfer>;
export const TransferHead = shape(
  "TransferSummary",
  {
    ...head,
    lineCount: describe("Number of lines.", integer({ min: 1 })),
    sent: describe("Pieces that left the sending store.", integer({ min: 1 })),
    received: describe("Pieces that arrived so far.", count()),
    lost: describe("Pieces that were reported lost.", count()),
    returned: describe("Pieces taken back by the sender.", count()),
  },
  "As a list shows it: how many lines there are, and the pieces of all of them.",
);
export type TransferHead = Infer<typeof TransferHead>;
