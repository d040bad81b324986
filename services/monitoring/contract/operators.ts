/** The common parts of operators' actions. */
import { failure } from "../../../lib/contract.ts";
import { integer } from "../../../lib/shape.ts";

export const count = () => integer({ min: 0 });
export const operatorQuery = {
  allow: "system.read",
  access: "any",
  tag: "operations",
  params: {},
} as const;

export const ServiceAway = failure<{ service: string }>("SERVICE_AWAY", 503, {
  en: "No node runs {service} at the moment. Start one, then try again.",
  fr: "Aucun nœud n'exécute {service} pour l'instant. Démarrez-en un, puis réessayez.",
});
