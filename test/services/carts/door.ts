/** The door of the shop: people sign in, with a guest's token or without, and carts hears of it. */
import { createHash } from "node:crypto";
import type { Meta } from "../../../lib/bus.ts";
import * as carts from "../../../services/carts/carts.contract.ts";
import { UserLoggedIn } from "../../../services/identity/identity.contract.ts";
import { eventually, publishEvent, type TestPerson } from "../../support/stage.ts";
import type { Shop } from "./shop.ts";

export type FailingWriter = ReturnType<typeof failingWriterOf>;

const sha256 = (token: string) => createHash("sha256").update(token).digest("hex");

export const failingWriterOf = ({ play: harness, start }: Shop) => ({
  /** Tells what identity tells of it. */
  signIn: ({ id: userId }: TestPerson, { guestToken }: Meta = {}) =>
    publishEvent(harness, "identity", UserLoggedIn, {
      userId,
      ...(guestToken !== undefined && { guestTokenSha256: sha256(guestToken) }),
    }),

  /** Once carts has reacted to all that identity has told. */
  heard: () =>
    eventually(async () => {
      const published = await harness
        .db("identity")
        .sql.row<{ head: number; waiting: number }>(
          "select max(position) as head, count(*) filter (where position is null) as waiting from event",
        );
      const cursor = await harness
        .db("carts")
        .sql.row<{ position: number }>(
          "select position from feed_cursor where producer = 'identity'",
        );
      expect({ ...published, ...cursor }).toEqual({
        head: published?.head,
        waiting: 0,
        position: published?.head,
      });
    }),
  setAside: () => harness.db("carts").sql.rows("select * from dead_letter"),

  merge: (cartId: string, person: TestPerson, meta: Meta = {}) =>
    harness.call(carts.MergeCart, { cartId }, person, meta),
  current: (person: TestPerson, meta: Meta = {}) =>
    harness.call(carts.GetCurrentCart, {}, person, meta),
  /** One more cart of a guest who has one already. */
  another: async (meta: Meta) => (await start(undefined, meta)).id,
});
