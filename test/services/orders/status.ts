import { call } from "../../../lib/bus.ts";
import type { Action, Audience } from "../../../lib/contract.ts";
import { principalFor } from "../../../lib/principal.ts";
import type { Fields, Of } from "../../../lib/shape.ts";
import type { Stage, TestPerson } from "../../support/stage.ts";

/** The answer of an action and the HTTP status that it chose for it. */
export async function statusIn<P extends Fields, R, A extends Audience>(
  harness: Stage,
  contract: Action<P, R, A>,
  params: NoInfer<Of<P>>,
  person: TestPerson,
): Promise<{ status: number | undefined; answer: R }> {
  let status: number | undefined;
  const asks = {
    call: (async (name: string, asked: object, options: object) => {
      const calling = harness.audience.call(name, asked, options) as Promise<unknown> & {
        ctx: { meta: { $statusCode?: number } };
      };
      const answer = await calling;
      status = calling.ctx.meta.$statusCode;
      return answer;
    }) as never,
  };
  const answer = await call(asks, contract, params, { meta: { principal: principalFor(person) } });
  return { status, answer };
}
