/**
 * Refusals as `application/problem+json` (RFC 9457), in the caller's language. What was not declared
 * as a failure is a bug or a passing trouble: it says nothing but its trace id.
 */
import { failure, failureOf, type Language, formatMessage } from "./failure.ts";
import { type ValidationIssue, InvalidInput } from "./validator.ts";

interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly traceId: string;
  readonly errors?: readonly { field: string; rule: string; detail: string }[];
  readonly [extra: string]: unknown;
}

export const Unexpected = failure("UNEXPECTED", 500, {
  en: "Something went wrong on our side. Try again; if it stays, tell us the trace id.",
  fr: "Une erreur s'est produite de notre côté. Réessayez ; si elle persiste, communiquez-nous l'identifiant de trace.",
});
export const Unavailable = failure("SERVICE_UNAVAILABLE", 503, {
  en: "This part of the service is not available at the moment. Try again in a few seconds.",
  fr: "Cette partie du service n'est pas disponible pour l'instant. Réessayez dans quelques secondes.",
});
export const TooSlow = failure("TIMED_OUT", 504, {
  en: "No answer came in time. Ask again with the same Idempotency-Key: nothing is done twice.",
  fr: "Aucune réponse à temps. Redemandez avec la même clé Idempotency-Key : rien ne sera fait deux fois.",
});

/** Maps Moleculer's own errors to our failures. */
const OURS: Record<string, ReturnType<typeof failure>> = {
  SERVICE_NOT_FOUND: Unavailable,
  SERVICE_NOT_AVAILABLE: Unavailable,
  REQUEST_REJECTED: Unavailable,
  QUEUE_FULL: Unavailable,
  NODE_DISCONNECTED: Unavailable,
  REQUEST_TIMEOUT: TooSlow,
  REQUEST_SKIPPED: TooSlow,
  ServiceUnavailableError: Unavailable,
};
/** Fields of a failure's data that clients may see are those of its declaration; these never are. */
const HIDDEN = new Set(["errors", "field", "reason", "nodeID", "action"]);

export function problemOf(error: unknown, language: Language, traceId: string): Problem {
  const {
    type,
    name = "",
    data,
  } = (error ?? {}) as { type?: string; name?: string; data?: unknown };
  const known = failureOf(type ?? "") ?? OURS[type ?? name] ?? Unexpected;
  const details =
    data !== null && typeof data === "object" ? (data as Record<string, unknown>) : {};
  const invalid = known.type === InvalidInput.type;
  const errors = invalid ? issuesIn(details, language) : undefined;
  const filling =
    invalid && errors?.[0] ? { field: errors[0].field, reason: errors[0].detail } : details;
  return {
    ...(failureOf(type ?? "")
      ? Object.fromEntries(Object.entries(details).filter(([key]) => !HIDDEN.has(key)))
      : {}),
    type: `/problems/${known.type.toLowerCase().replaceAll("_", "-")}`,
    title: titleOf(known.status, language),
    status: known.status,
    detail: formatMessage(known.sentence[language], filling, language),
    code: known.type,
    traceId,
    ...(errors && { errors }),
  };
}

const issuesIn = ({ errors }: Record<string, unknown>, language: Language) =>
  (Array.isArray(errors) ? (errors as ValidationIssue[]) : []).map(
    ({ field, rule, ...sentence }) => ({
      field,
      rule,
      detail: sentence[language],
    }),
  );

const TITLES: Record<number, Record<Language, string>> = {
  400: { en: "Bad request", fr: "Demande incorrecte" },
  401: { en: "Sign in", fr: "Connexion requise" },
  403: { en: "Not allowed", fr: "Non autorisé" },
  404: { en: "Not found", fr: "Introuvable" },
  405: { en: "Method not allowed", fr: "Méthode non autorisée" },
  409: { en: "Conflict", fr: "Conflit" },
  410: { en: "Gone", fr: "Disparu" },
  412: { en: "Changed meanwhile", fr: "Modifié entre-temps" },
  413: { en: "Too large", fr: "Trop volumineux" },
  414: { en: "Address too long", fr: "Adresse trop longue" },
  415: { en: "Unsupported type", fr: "Type non pris en charge" },
  422: { en: "Cannot be done so", fr: "Impossible en l'état" },
  429: { en: "Too many requests", fr: "Trop de demandes" },
  431: { en: "Headers too large", fr: "En-têtes trop volumineux" },
  500: { en: "Unexpected error", fr: "Erreur inattendue" },
  503: { en: "Unavailable", fr: "Indisponible" },
  504: { en: "Timed out", fr: "Délai dépassé" },
};
const titleOf = (status: number, language: Language) =>
  TITLES[status]?.[language] ?? TITLES[500]?.[language] ?? "";
