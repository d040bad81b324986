/**
 * The context of the running code: its action, actor and trace. Log lines and events read it here,
 * so that no function has to pass it on.
 */
import { AsyncLocalStorage } from "node:async_hooks";

export interface RequestContext {
  readonly traceId?: string | undefined;
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  /** Time limit of the action in milliseconds, if its contract sets one. */
  readonly timeoutMs?: number | undefined;
  /** Limit in bytes of an answer on the bus of this broker. */
  readonly maxMessageBytes?: number | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

export const requestContext = (): RequestContext => storage.getStore() ?? {};
export const runInContext = <T>(context: RequestContext, work: () => T): T =>
  storage.run(context, work);
