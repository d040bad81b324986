/** Rules of usernames and addresses, so that each is unique and cannot be mistaken for another. */
import { domainToASCII } from "node:url";
import { failure } from "../../../lib/contract.ts";

export const EmailInvalid = failure("EMAIL_INVALID", 400, {
  en: "This is not an e-mail address. Type one such as name@example.com.",
  fr: "Ce n'est pas une adresse e-mail. Saisissez-en une telle que nom@exemple.fr.",
});
export const UsernameInvalid = failure<{ min: number; max: number }>("USERNAME_INVALID", 400, {
  en: "Choose a name of {min} to {max} letters, digits, dots, hyphens and underscores.",
  fr: "Choisissez un nom de {min} à {max} lettres, chiffres, points, tirets et tirets bas.",
});
export const UsernameMixesScripts = failure("USERNAME_MIXES_SCRIPTS", 400, {
  en: "This name mixes letters of different alphabets that look alike. Use those of one.",
  fr: "Ce nom mélange des lettres d'alphabets qui se ressemblent. N'en utilisez qu'un.",
});

export const USERNAME = { min: 3, max: 64 } as const;

/** RFC 5321, 4.5.3.1: octets of the local part and of the whole path. */
const EMAIL = { local: 64, whole: 254 } as const;

/** Matches the part of an address before its @: RFC 5322's atoms, and any letter (RFC 6531). */
const LOCAL =
  /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
/** Checked before `domainToASCII`, which would silently cut off a port, a path or a query. */
const UNICODE_DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;
const DOMAIN = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?:[a-z]{2,63}|xn--[a-z\d-]{1,59})$/;

/** A letter or digit with its accents, or one of the three signs. No marks without a letter. */
const USERNAME_FORM = /^(?:[\p{L}\p{Nd}._-]\p{M}{0,4})+$/u;
const LOOKALIKES = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u];

/**
 * The one form of an address: trimmed, NFKC, lower case, the domain in ASCII (IDNA). Mailboxes that
 * differ in capitals only are taken for one, as every provider has it. Normalising it again changes
 * nothing. It is unique in the database in this form.
 * @throws EmailInvalid (400)
 */
export function normaliseEmail(text: string): string {
  const address = text.length > 4 * EMAIL.whole ? "" : folded(text);
  const at = address.lastIndexOf("@");
  const local = address.slice(0, Math.max(0, at));
  const host = address.slice(at + 1);
  const domain = isAscii(host) || !UNICODE_DOMAIN.test(host) ? host : domainToASCII(host);
  const email = `${local}@${domain}`;
  const fits = Buffer.byteLength(local) <= EMAIL.local && Buffer.byteLength(email) <= EMAIL.whole;
  if (!fits || !LOCAL.test(local) || !DOMAIN.test(domain)) throw EmailInvalid({});
  return email;
}

/**
 * A name as it is shown: trimmed and NFKC. It has 3 to 64 characters: letters of any script with
 * their accents, digits, dots, hyphens, underscores; so no white space, no control and no
 * direction characters that make a name look like another. It does not mix Latin, Cyrillic and
 * Greek, whose letters look alike.
 * @throws UsernameInvalid or UsernameMixesScripts (400)
 */
export function normaliseUsername(text: string): string {
  const name = text.length > 4 * USERNAME.max ? "" : text.normalize("NFKC").trim();
  const { length } = Array.from(name);
  if (length < USERNAME.min || length > USERNAME.max || !USERNAME_FORM.test(name)) {
    throw UsernameInvalid(USERNAME);
  }
  if (LOOKALIKES.filter((script) => script.test(name)).length > 1) throw UsernameMixesScripts({});
  return name;
}

/** Returns the unique key of a name, which `Jean` and `jean` share. It is never displayed. */
export const usernameKey = (username: string): string => folded(username);

/** Lower case may undo NFKC and NFKC lower case, for a few letters: so both run twice. */
const folded = (text: string) =>
  text.normalize("NFKC").toLowerCase().normalize("NFKC").toLowerCase().trim();

const isAscii = (text: string) => Buffer.byteLength(text) === text.length;
