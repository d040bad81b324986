import { call, type CanCall } from "../../../lib/bus.ts";
import type { Action } from "../../../lib/contract.ts";
import type { DatabaseState, ListNodeDeadLetters } from "../../../lib/operations.ts";
import type { ClusterInspector } from "./inspectCluster.ts";

type PerService<R> = Action<(typeof ListNodeDeadLetters)["params"], { items: R[] }, "internal">;

/** Asks a node of each service with `some`, and of those whose database is away: `items` is undefined then. */
export async function askServices<R>(
  from: CanCall,
  inspector: ClusterInspector,
  contract: PerService<R>,
  some: (database: DatabaseState) => boolean,
): Promise<{ service: string; items: R[] | undefined }[]> {
  const { databases } = await inspector.inspect();
  return Promise.all(
    databases
      .filter((database) => !database.reachable || some(database))
      .map(async ({ service }) => {
        const nodeID = inspector.nodeOf(service);
        if (nodeID === undefined) return { service, items: undefined };
        const answer = call(from, contract, { service }, { nodeID });
        return { service, items: (await answer.catch(() => undefined))?.items };
      }),
  );
}
