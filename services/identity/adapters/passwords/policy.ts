/**
 * The password policy: long enough, and not among the most frequently guessed. It has no rule about
 * capitals or symbols and no expiry, as NIST SP 800-63B (3.1.1.2) and the ANSSI's guide of 2021
 * advise.
 */
import { failure } from "../../../../lib/contract.ts";
import { COMMON } from "./common.ts";

export const SHORTEST = 12;
export const LONGEST = 128;

export const PasswordTooShort = failure<{ min: number }>("PASSWORD_TOO_SHORT", 400, {
  en: "This password is too short. Choose one of at least {min} characters.",
  fr: "Ce mot de passe est trop court. Choisissez-en un d'au moins {min} caractères.",
});
export const PasswordTooLong = failure<{ max: number }>("PASSWORD_TOO_LONG", 400, {
  en: "This password is too long. Use at most {max} characters.",
  fr: "Ce mot de passe est trop long. Utilisez au plus {max} caractères.",
});
export const PasswordUnreadable = failure("PASSWORD_UNREADABLE", 400, {
  en: "This password holds a character that cannot be typed. Type it again without it.",
  fr: "Ce mot de passe contient un caractère impossible à saisir. Retapez-le sans celui-ci.",
});
export const PasswordIsYourName = failure("PASSWORD_IS_YOUR_NAME", 400, {
  en: "This password is your own name or address. Choose one that others cannot guess.",
  fr: "Ce mot de passe est votre nom ou votre adresse. Choisissez-en un que l'on ne devine pas.",
});
export const PasswordTooCommon = failure("PASSWORD_TOO_COMMON", 400, {
  en: "Many people use this password. Choose another, such as four unrelated words.",
  fr: "Ce mot de passe est trop courant. Choisissez par exemple quatre mots sans lien.",
});

/**
 * Lets a new password pass or says what is wrong with it. Lengths are counted in characters (code
 * points), as typed.
 * @throws PasswordTooShort, PasswordTooLong, PasswordUnreadable, PasswordIsYourName or
 * PasswordTooCommon (all 400).
 */
export function checkPassword(
  password: string,
  { username, email }: { readonly username: string; readonly email: string },
): void {
  assertNotTooLong(password);
  if (Array.from(password).length < SHORTEST) throw PasswordTooShort({ min: SHORTEST });
  if (/\p{Cc}/u.test(password) || !password.isWellFormed()) throw PasswordUnreadable({});
  const plain = plainly(password);
  const names = [username, email, email.split("@")[0] ?? ""].map(plainly);
  if (names.some((name) => name !== "" && isOnly(name, plain))) throw PasswordIsYourName({});
  if (COMMON.has(plain.replaceAll(" ", "")) || isMonotonous(plain)) throw PasswordTooCommon({});
}

/** @throws PasswordTooLong (400). Costs nothing even for a megabyte. */
export function assertNotTooLong(password: string): void {
  const isLong = password.length > 2 * LONGEST || Array.from(password).length > LONGEST;
  if (isLong) throw PasswordTooLong({ max: LONGEST });
}

/** Normalizes for the comparison: guessers try capitals and spaces too. */
const plainly = (text: string) => text.normalize("NFKC").toLowerCase().trim();

/** The name itself, twice or more of it, or it and the year behind it. */
function isOnly(name: string, password: string): boolean {
  const rest = password.replaceAll(name, "");
  return rest !== password && /^[\d\p{P}\p{S}\s]{0,5}$/u.test(rest);
}

/** Up to five characters again and again, or a way along the keyboard or the alphabet. */
const isMonotonous = (password: string) =>
  isPeriodic(password) || WAYS.some((way) => way.includes(password));

const WAYS = [
  "1234567890",
  "qwertyuiopasdfghjklzxcvbnm",
  "azertyuiopqsdfghjklmwxcvbn",
  "qwertzuiopasdfghjklyxcvbnm",
  "abcdefghijklmnopqrstuvwxyz",
].flatMap((row) => [row.repeat(5), Array.from(row).toReversed().join("").repeat(5)]);

function isPeriodic(password: string): boolean {
  return [1, 2, 3, 4, 5].some((period) =>
    password.endsWith(password.slice(0, password.length - period)),
  );
}
