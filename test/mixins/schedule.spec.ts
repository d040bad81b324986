/** What a service does again and again. */
import { type Service, ServiceBroker } from "moleculer";
import { type ScheduledJob, Schedule } from "../../mixins/schedule.mixin.ts";
import { DatabaseBusy } from "../../lib/sql.ts";
import { eventually } from "../support/stage.ts";

let broker: ServiceBroker;
afterEach(() => broker.stop());

/** Runs one duty on a node, and answers what the node logs. */
async function doing(duty: ScheduledJob<Service>) {
  const output: [string, string][] = [];
  broker = new ServiceBroker({ logger: false });
  broker.createService({
    name: "kitchen",
    mixins: [Schedule<Service>({ boil: duty })],
    created(this: Service) {
      const say = (level: string) => (_: unknown, error?: Error) => {
        if (error) output.push([level, error.message]);
      };
      Object.assign(this.logger, { error: say("error"), debug: say("debug") });
    },
  });
  await broker.start();
  return output;
}

test("what fails is logged, quietly where it passes, and done again at its next turn", async () => {
  let runs = 0;
  const output = await doing({
    everyMs: 10,
    run: () => {
      runs += 1;
      // Also what fails before it has begun.
      if (runs === 1) throw new Error("no water");
      if (runs === 2)
        return Promise.reject(Object.assign(DatabaseBusy({ reason: "test" }), { retryable: true }));
      return Promise.resolve();
    },
  });
  await eventually(() => expect(runs).toBeGreaterThan(3));
  expect(output).toEqual([
    ["error", "no water"],
    ["debug", expect.stringContaining("Too many")],
  ]);
});

test("what never comes back is given up and logged, and does not stop the next turn", async () => {
  let runs = 0;
  const output = await doing({
    everyMs: 10,
    limitMs: 100,
    run: () => {
      runs += 1;
      return runs === 1 ? new Promise(() => undefined) : Promise.resolve();
    },
  });
  await eventually(() => expect(runs).toBeGreaterThan(2));
  expect(output).toEqual([["error", "A run has not come back within 100 ms."]]);
});
