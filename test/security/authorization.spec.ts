/**
 * Who may do what, over HTTP: every route of the contracts × everybody. What is expected is computed
 * from the contracts and the table of roles alone.
 */
import { type Company, company } from "../support/company.ts";
import { needsNoPerson } from "../../edge/principal.ts";
import { type Action, routesOf } from "../../lib/contract.ts";
import { ACTIONS } from "../../services/registry.ts";
import { ROLES, scopeOf } from "../../services/identity/identity.contract.ts";
import { type Request, requestsOf } from "../support/samples.ts";
import { aForgedToken, anExpiredToken, aToken } from "../support/tokens.ts";

let shop: Company;
beforeAll(async () => {
  shop = await company();
});
afterAll(() => shop.leave());

const OPEN_TO_PEOPLE = ACTIONS.filter((action) => routesOf(action).length > 0);
/** By this the door and the services say who is not let in; a wrong password is another matter. */
const UNKNOWN = ["NOT_SIGNED_IN", "TOKEN_INVALID", "TOKEN_EXPIRED"];

/** "let in", "refused", or by which of UNKNOWN somebody was not known. */
type Verdict = string;

const everybody = (): Record<string, string | undefined> => ({
  nobody: undefined,
  ...Object.fromEntries(ROLES.map((role) => [role, aToken({ roles: [role] })])),
  "somebody without a role": aToken({ roles: [] }),
  "somebody with a role of a newer house": aToken({ roles: ["owner", "__proto__"] }),
  "an expired admin": anExpiredToken(["admin"]),
  "a forged admin": aForgedToken(["admin"]),
});

function expected(action: Action, who: string): Verdict {
  const { allow, access, cache } = action;
  if (cache?.shared || needsNoPerson(action)) return "let in";
  if (who === "an expired admin") return "TOKEN_EXPIRED";
  if (who === "a forged admin") return "TOKEN_INVALID";
  if (allow === "public") return "let in";
  if (who === "nobody") return "NOT_SIGNED_IN";
  if (allow === "authenticated") return "let in";
  const scope = scopeOf([who], allow);
  return scope === undefined || (access === "any" && scope !== "any") ? "refused" : "let in";
}

async function verdictOf(
  { method, path, body }: Request,
  action: Action,
  [who, token]: readonly [string, string | undefined],
): Promise<Verdict> {
  const answer = await shop.http.ask<{ code?: string }>(method, path, { body, token });
  const { code = "" } = answer.body;
  // What anybody may see is answered out of the door's own memory, whoever asks.
  if (answer.status === 401 && UNKNOWN.includes(code))
    return action.cache?.shared ? "let in" : code;
  // Whom an order is for is judged by its parameters, and a stranger's is refused with the same words.
  const narrow = action.name === "orders.place" && scopeOf([who], action.allow) !== "any";
  if (answer.status === 403 && code === "NOT_ALLOWED")
    return narrow ? expected(action, who) : "refused";
  return "let in";
}

test.each(OPEN_TO_PEOPLE.map((action) => [action.name, action] as const))(
  "%s is open to whom its contract says, and to nobody else",
  async (_, action) => {
    const people = Object.entries(everybody());
    const right = people.map(([who]) => [who, expected(action, who)] as const);
    for (const request of requestsOf(action)) {
      const verdicts = await Promise.all(
        people.map(async (one) => [one[0], await verdictOf(request, action, one)] as const),
      );
      expect(Object.fromEntries(verdicts)).toEqual(Object.fromEntries(right));
    }
  },
);

test("every action says who may, and what is for services has no road from outside", () => {
  const open = ACTIONS.filter(({ allow, rest }) => allow === "internal" && rest !== undefined);
  expect(open).toEqual([]);
  expect(ACTIONS.filter(({ allow }) => !allow)).toEqual([]);
});
