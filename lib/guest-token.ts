/** A guest is identified by a secret of their own. */
import { createHash } from "node:crypto";

/** 256 bits in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * SHA-256 of a guest's token: the name under which what they begin is stored and published; the token
 * itself never is. Undefined for anything that does not have the form of a token.
 */
export const guestSha256 = (token: unknown): Buffer | undefined =>
  typeof token === "string" && TOKEN.test(token)
    ? createHash("sha256").update(token).digest()
    : undefined;
