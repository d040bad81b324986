/**
 * What surrounds the code that runs now: which action, in whose name, under which trace. Log lines
 * and events take it from here, so that nobody has to hand it on.
 */
import { AsyncLocalStorage } from "node:async_hooks";

export interface RequestContext {
  readonly traceId?: string | undefined;
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  /** How long the action may take, where its contract says so. */
  readonly timeoutMs?: number | undefined;
  /** How many bytes an answer may have on the bus of this broker. */
  readonly maxMessageBytes?: number | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

export const requestContext = (): RequestContext => storage.getStore() ?? {};
export const runInContext = <T>(context: RequestContext, work: () => T): T =>
  storage.run(context, work);
