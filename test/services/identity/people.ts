/** People of the tests of identity, as they come in through its own actions. */
import { randomUUID } from "node:crypto";
import type { Meta } from "../../../lib/bus.ts";
import type { Result } from "../../../lib/contract.ts";
import { keys } from "../../../lib/principal.ts";
import { verifyToken } from "../../../lib/token.ts";
import {
  Login,
  PutUser,
  Register,
  type Role,
} from "../../../services/identity/identity.contract.ts";
import type { Stage, TestPerson } from "../../support/stage.ts";

export const PASSWORD = "four herons dance badly";
export type SignedIn = Result<typeof Login>;

/** An address that nobody else has, for a name that starts so. */
export const emailOf = (name: string) => `${name}-${randomUUID()}@example.com`;
export const usernameOf = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;

export const registered = (harness: Stage, name: string, meta: Meta = {}): Promise<SignedIn> =>
  harness.call(
    Register,
    { username: usernameOf(name), email: emailOf(name), password: PASSWORD },
    undefined,
    meta,
  );

export const signIn = (harness: Stage, email: string, meta: Meta = {}, password = PASSWORD) =>
  harness.call(Login, { email, password }, undefined, meta);

/** Who an access token names, as the gateway reads it. */
export function personOf({ accessToken }: Pick<SignedIn, "accessToken">): TestPerson {
  const claims = claimsOf(accessToken);
  return {
    id: claims.sub,
    roles: claims.roles as string[],
    stores: (claims.stores ?? []) as string[],
    sessionId: String(claims.sid),
  };
}
export const claimsOf = (token: string) =>
  verifyToken(keys, token, {
    typ: "at+jwt",
    issuer: "comptoir",
    audience: "api",
    nowMs: Date.now(),
  });

/** Somebody with these roles who has signed in. */
export async function staff(harness: Stage, ...roles: Role[]): Promise<SignedIn> {
  const email = emailOf(roles[0] ?? "user");
  const username = usernameOf(roles[0] ?? "user");
  await harness.call(PutUser, { username, email, password: PASSWORD, roles });
  return signIn(harness, email);
}
