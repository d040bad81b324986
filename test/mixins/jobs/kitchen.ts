/** A kitchen that has things to do: enqueued, on a schedule, and for each cup that is due. */
import { type Service, ServiceBroker, type ServiceSchema } from "moleculer";
import { backoff } from "../../../lib/job-queue.ts";
import { Database, type DatabaseService } from "../../../mixins/database.mixin.ts";
import {
  Jobs,
  type JobsService,
  type QueuedJob,
  type RowJob,
  type ScheduledJob,
} from "../../../mixins/jobs.mixin.ts";
import { brokerOptions } from "../../../moleculer.config.ts";

export type Kitchen = DatabaseService & JobsService & { leaving: boolean };
export interface Tea {
  readonly name: string;
}
type Hook = (name: string, kitchen: Kitchen) => unknown;
export interface Hooks {
  readonly brew?: Hook;
  readonly fill?: Hook;
  readonly ring?: Hook;
  readonly sweep?: Hook;
  readonly output?: string[];
}

/** The job that is enqueued, and the service that does it. */
export function kitchenOf({ brew, fill, ring, sweep, output = [] }: Hooks) {
  const brewTea: QueuedJob<Kitchen, Tea> = {
    backoff: [0.1, 0.2],
    concurrency: 3,
    limitMs: 20_000,
    maxTries: 3,
    run: async (kitchen, { name }) => brew?.(name, kitchen),
  };
  const fillCups: RowJob<Kitchen, Tea> = {
    due: {
      table: "cup",
      key: ["name"],
      open: "not filled",
      dueAt: "due_at",
      putOff: `tries = tries + 1, due_at = ${backoff(0.1, 0.2)}`,
      returning: "name",
    },
    everyMs: 50,
    limitMs: 500,
    maxTries: 2,
    run: async (kitchen, { name }) => fill?.(name, kitchen),
  };
  const ringBell: ScheduledJob<Kitchen> = {
    everyMs: 1_000,
    unique: true,
    run: async (kitchen) => ring?.("bell", kitchen),
  };
  const sweepFloor: ScheduledJob<Kitchen> = {
    everyMs: 10,
    limitMs: 100,
    run: (kitchen) => sweep?.("floor", kitchen) as Promise<unknown>,
  };
  const schema: ServiceSchema = {
    name: "kitchen",
    mixins: [Jobs<Kitchen>({ brewTea, fillCups, ringBell, sweepFloor }), Database("kitchen")],
    created(this: Service) {
      const say = (level: string) => (text: string, error?: Error) =>
        void output.push([level, text, error?.message].join(" | "));
      const levels = ["debug", "warn", "error"].map((level) => [level, say(level)]);
      Object.assign(this.logger, Object.fromEntries(levels));
    },
  };
  return { schema, brewTea };
}

/** Another node of the same kitchen, on the same database. */
export async function anotherNode(
  hooks: Hooks,
): Promise<{ node: ServiceBroker; kitchen: Kitchen }> {
  const node = new ServiceBroker(brokerOptions({ nodeID: `kitchen-${process.hrtime.bigint()}` }));
  const kitchen = node.createService(kitchenOf(hooks).schema) as Kitchen;
  await node.start();
  return { node, kitchen };
}
