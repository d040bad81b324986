import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { UserLoggedIn } from "../../identity/identity.contract.ts";
import { mergeGuest } from "../workflows/mergeGuest.ts";
import type { CartsService } from "../carts.types.ts";

/**
 * Gives the guest's carts to the person who signed in with the guest's token. Only carts that
 * existed at that moment move, so that a repetition, even years later, takes no new cart.
 */
export const onUserLoggedIn: Reacts<typeof UserLoggedIn, CartsService> = async (
  { data: { userId, guestTokenSha256 }, at },
  tx,
  service,
) => {
  if (guestTokenSha256 === undefined) return;
  await mergeGuest(service, tx, userId, { tokenSha256: Buffer.from(guestTokenSha256, "hex"), at });
};
