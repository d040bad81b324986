import type { ServiceSchema } from "moleculer";
import { mixin } from "../lib/bus.ts";
import { type Process, Sagas as Engine } from "../lib/saga.ts";
import { isPassing } from "../lib/sql.ts";
import type { DatabaseService } from "./database.mixin.ts";
import { listSagas, showSaga } from "./sagas.actions.ts";

export type SagasService = { sagas: Engine };

const RUN_EVERY_MS = 1_000;

type Self = DatabaseService &
  SagasService & { running: NodeJS.Timeout; runDue: () => Promise<void> };

/**
 * Gives a service processes of its own: `service.sagas`, a runner that takes over what is due, and
 * the actions that show them. `make` gets the service, because steps need its database and bus.
 */
export function Sagas<S>(
  name: string,
  make: (service: S) => readonly Process<never>[],
): Partial<ServiceSchema> {
  return mixin({
    actions: { sagas: listSagas(name), saga: showSaga(name) },

    created(this: Self) {
      const watch = (move: { id: string; kind: string; step: string; outcome: string }) => {
        const rooms = [`saga:${move.id}`, "admin"];
        const pushed = { name: "saga.moved", data: move, rooms, at: new Date().toISOString() };
        void this.broker.broadcast("realtime.push", { events: [pushed] });
      };
      this.sagas = new Engine(this.db, make(this as S), { watch, log: this.logger });
      this.runDue = async () => {
        try {
          while ((await this.sagas.runDue()) > 0);
        } catch (error) {
          const text = "Due processes could not be taken over; they will be at the next turn.";
          if (isPassing(error)) this.logger.debug(text, error);
          else this.logger.error(text, error);
        }
      };
    },
    started(this: Self) {
      this.running = setInterval(() => void this.runDue(), RUN_EVERY_MS);
    },
    stopped(this: Self) {
      clearInterval(this.running);
      this.sagas.leave();
    },
  });
}
