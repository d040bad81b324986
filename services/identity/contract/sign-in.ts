/** Registering, signing in, and the tokens of sessions. */
import { command } from "../../../lib/contract.ts";
import { describe, email, literal, integer, optional, text, shape } from "../../../lib/shape.ts";
import { EmailInvalid, UsernameInvalid, UsernameMixesScripts } from "../domain/account.ts";
import { TooManyAttempts } from "../domain/lockout.ts";
import {
  PasswordIsYourName,
  PasswordTooCommon,
  PasswordTooLong,
  PasswordTooShort,
  PasswordUnreadable,
} from "../adapters/passwords/policy.ts";
import { PasswordsBusy } from "../adapters/passwords/threads.ts";
import {
  AccountExists,
  LanguageName,
  Password,
  PersonName,
  SessionEnded,
  User,
  Username,
  WrongCredentials,
} from "./people.ts";

const tag = "identity";
/** Long enough for a password that waits for its turn. */
export const timeoutMs = 15_000;

export const newPassword = [
  PasswordIsYourName,
  PasswordTooCommon,
  PasswordTooLong,
  PasswordTooShort,
  PasswordUnreadable,
  PasswordsBusy,
];
export const newAccount = [AccountExists, EmailInvalid, UsernameInvalid, UsernameMixesScripts];

export const SignedIn = shape(
  "SignedIn",
  {
    success: describe("Always true: failures have another status.", literal(true)),
    message: describe("Confirmation in the caller's language.", text()),
    token: describe("The same as `accessToken`, for old clients.", text({ max: 4_096 })),
    accessToken: describe("Sent as `Authorization: Bearer …`.", text({ max: 4_096 })),
    refreshToken: describe("Renews the access token; used once.", text({ max: 64 })),
    expiresIn: describe("Lifetime of the access token in seconds.", integer({ min: 0 })),
    user: User,
  },
  "`token` and `accessToken` are the same JWT, for `expiresIn` seconds. `refreshToken` is used once, at `POST /auth/refresh`, which gives the next one.",
);

export const Register = command("identity.register", {
  summary: "Make an account, and sign in.",
  description:
    "Makes an account and signs its owner in. Asked again it is refused: sign in instead. A guest's token in the header `x-cart-token` counts as it does for `Login`.",
  rest: ["POST /auth/register", "POST /users/register"],
  allow: "public",
  guestToken: true,
  params: {
    username: Username,
    email: email(),
    password: Password,
    firstName: optional(PersonName),
    lastName: optional(PersonName),
    language: optional(LanguageName),
  },
  returns: SignedIn,
  status: 201,
  timeoutMs,
  rateClass: "login",
  message: { fr: "Compte créé", en: "Account created" },
  failures: [...newAccount, ...newPassword],
  tag,
});

export const Login = command("identity.login", {
  summary: "Sign in.",
  description:
    "An unknown address is refused as a wrong password is, after the same work. `refreshToken` may be any that this device was given before, even an ended one: it proves that the account's owner has signed in here, so that strangers' guessing elsewhere does not lock them out.\n\nWith the header `x-cart-token` the guest's open carts become theirs, durably and once, but after the answer: signing in neither waits for carts nor fails when it is away. `GET /carts/current` with the same header shows them at once. What does not have the form of a token is as if it were not there.",
  rest: ["POST /auth/login", "POST /users/login"],
  allow: "public",
  guestToken: true,
  params: {
    email: email(),
    password: Password,
    refreshToken: describe("Renews the access token; used once.", optional(text({ max: 64 }))),
  },
  returns: SignedIn,
  timeoutMs,
  rateClass: "login",
  message: { fr: "Connexion réussie", en: "Signed in" },
  failures: [EmailInvalid, PasswordTooLong, PasswordsBusy, TooManyAttempts, WrongCredentials],
  tag,
});

export const Refresh = command("identity.refresh", {
  summary: "Take the next access and refresh tokens of a session.",
  description:
    "Each refresh token gives one successor. Within 10 s it may be asked for again, by any number at once, and is the same; afterwards a used token ends the session (RFC 9700, 4.14.2).",
  rest: "POST /auth/refresh",
  allow: "public",
  params: {
    refreshToken: describe("Renews the access token; used once.", text({ max: 64 })),
  },
  returns: SignedIn,
  message: { fr: "Session renouvelée", en: "Session renewed" },
  failures: [SessionEnded],
  tag,
});
