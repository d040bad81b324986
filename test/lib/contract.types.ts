/** Mistakes that the compiler must refuse. `tsc` fails here if one of them becomes possible. */
import type { Context } from "moleculer";
import { call, handle, type ActionHandler } from "../../lib/bus.ts";
import { command, event } from "../../lib/contract.ts";
import { id, integer, type Infer, list, object, oneOf, optional } from "../../lib/shape.ts";
import type { Db } from "../../mixins/database.mixin.ts";

const Tea = object({ id: id(), kind: oneOf("green", "black"), grams: optional(integer()) });
const BrewTea = command("tea.brew", {
  summary: "Brew some tea.",
  allow: "authenticated",
  access: "own",
  params: { teas: list(Tea), cups: optional(integer()) },
  returns: Tea,
});
const SmellTea = command("tea.smell", { summary: "", allow: "public", params: {}, returns: Tea });
const TeaBrewed = event("kitchen", "tea.brewed", {
  summary: "Tea is ready.",
  payload: { id: id() },
});

export const green: Infer<typeof Tea> = { id: "1", kind: "green" };
// @ts-expect-error there is no such kind
export const red: Infer<typeof Tea> = { id: "1", kind: "red" };
// @ts-expect-error the kind is missing
export const none: Infer<typeof Tea> = { id: "1" };

export async function calls(ctx: Context) {
  const tea = await call(ctx, BrewTea, { teas: [green] });
  // @ts-expect-error the grams may be missing
  tea.grams.toFixed();
  // @ts-expect-error the teas are missing
  await call(ctx, BrewTea, { cups: 1 });
  // @ts-expect-error a cup is a number
  await call(ctx, BrewTea, { teas: [], cups: "one" });
  // @ts-expect-error there is no sugar
  await call(ctx, BrewTea, { teas: [], sugar: true });
}

export const brew: ActionHandler<typeof BrewTea> = async (ctx) => {
  // Somebody who is signed in is certain, since the contract asks for it.
  ctx.locals.caller.id.trim();
  // @ts-expect-error there is no sugar
  void ctx.params.sugar;
  return ctx.params.teas[0] ?? green;
};
export const smell: ActionHandler<typeof SmellTea> = async (ctx) => {
  // @ts-expect-error anyone may smell, so there may be nobody
  ctx.locals.caller.id.trim();
  return green;
};
// @ts-expect-error a number is not tea
export const spill: ActionHandler<typeof BrewTea> = async () => 1;
// @ts-expect-error what brews is sure of a caller, and here there may be none
handle(SmellTea, brew);

export async function tells(db: Db) {
  await db.transaction(async (tx) => {
    db.publish(tx, TeaBrewed, { id: "1" });
    // @ts-expect-error an id is text
    db.publish(tx, TeaBrewed, { id: 1 });
  });
}
