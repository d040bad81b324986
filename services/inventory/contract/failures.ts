import { failure } from "../../../lib/contract.ts";

/** A commit or restock of unreserved stock: the caller retries, or an operator checks it. */
export const StockNotHeld = failure<{ orderId: string; state: string }>("STOCK_NOT_HELD", 409, {
  en: "No stock is held for the order {orderId} ({state}). Reserve it first.",
  fr: "Aucun stock n'est réservé pour la commande {orderId} ({state}). Réservez-le d'abord.",
});

export const StockGone = failure<{ orderId: string }>("STOCK_GONE", 409, {
  en: "The stock of the order {orderId} has left already. Restock it instead.",
  fr: "Le stock de la commande {orderId} est déjà parti. Remettez-le plutôt en stock.",
});
