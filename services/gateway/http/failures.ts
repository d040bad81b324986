import { failure, type Sentence } from "../../../lib/failure.ts";

export const NoSuchRoute = failure<{ method: string; path: string }>("ROUTE_NOT_FOUND", 404, {
  en: "There is nothing at {method} {path}. The routes are listed at /docs.",
  fr: "Il n'y a rien à {method} {path}. Les routes sont décrites à /docs.",
});
export const WrongMethod = failure<{ method: string; allowed: string }>("METHOD_NOT_ALLOWED", 405, {
  en: "{method} is not possible here. Possible: {allowed}.",
  fr: "{method} n'est pas possible ici. Possible : {allowed}.",
});
export const BodyTooLarge = failure<{ maxBytes: number }>("BODY_TOO_LARGE", 413, {
  en: "The body is larger than {maxBytes} bytes. Send less at once.",
  fr: "Le corps dépasse {maxBytes} octets. Envoyez-en moins à la fois.",
});
export const BodyMalformed = failure<{ reason: Sentence }>("BODY_MALFORMED", 400, {
  en: "The body is not well-formed JSON: {reason}.",
  fr: "Le corps n'est pas un JSON bien formé : {reason}.",
});
export const BodyNotJson = failure<{ contentType: string }>("BODY_NOT_JSON", 415, {
  en: "Send application/json, not {contentType}.",
  fr: "Envoyez application/json, pas {contentType}.",
});
export const AddressTooLong = failure<{ maxBytes: number }>("ADDRESS_TOO_LONG", 414, {
  en: "The address is longer than {maxBytes} bytes.",
  fr: "L'adresse dépasse {maxBytes} octets.",
});
export const AddressMalformed = failure("ADDRESS_MALFORMED", 400, {
  en: "The address contains characters that are not well encoded.",
  fr: "L'adresse contient des caractères mal encodés.",
});
export const HeadersTooLarge = failure("HEADERS_TOO_LARGE", 431, {
  en: "There are too many headers, or they are too large.",
  fr: "Les en-têtes sont trop nombreux ou trop volumineux.",
});
export const RequestMalformed = failure("REQUEST_MALFORMED", 400, {
  en: "This is not a well-formed HTTP request.",
  fr: "Ceci n'est pas une requête HTTP bien formée.",
});
