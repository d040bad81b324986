import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { UserLoggedIn } from "../../identity/identity.contract.ts";
import { mergeGuest } from "../workflows/mergeGuest.ts";
import type { CartsService } from "../carts.types.ts";

/**
 * Whoever signed in with a guest's token has the guest's carts: those that there were at that moment,
 * so that hearing of it again, even years later, takes nobody's new cart.
 */
export const onUserLoggedIn: Reacts<typeof UserLoggedIn, CartsService> = async (
  { data: { userId, guestTokenSha256 }, at },
  tx,
  service,
) => {
  if (guestTokenSha256 === undefined) return;
  await mergeGuest(service, tx, userId, { tokenSha256: Buffer.from(guestTokenSha256, "hex"), at });
};
