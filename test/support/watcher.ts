import { once } from "node:events";
import { io } from "socket.io-client";

export interface Heard {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: string;
}
interface Joined {
  readonly ok: boolean;
  readonly code?: string;
}

/** Connects a live client. @throws Error when the server refuses it */
export async function watcher(base: string, token?: string) {
  const socket = io(base, {
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
    ...(token !== undefined && { auth: { token } }),
  });
  const received: Heard[] = [];
  socket.on("event", (event: Heard) => void received.push(event));
  const welcome = once(socket as unknown as NodeJS.EventEmitter, "welcome");
  const refused = once(socket as unknown as NodeJS.EventEmitter, "connect_error");
  const [first] = (await Promise.race([welcome, refused])) as unknown[];
  if (first instanceof Error) {
    socket.close();
    throw first;
  }
  return {
    heard: received,
    rooms: (first as { rooms: string[] }).rooms,
    join: async (room: string) => (await socket.emitWithAck("join", room)) as Joined,
    names: (): string[] => received.map(({ name }) => name),
    /** The steps of processes, in order, with what came of each. */
    steps: (): string[] =>
      received.flatMap(({ name, data }) =>
        name === "saga.moved" ? `${String(data.step)} ${String(data.outcome)}` : [],
      ),
    /** False once the system has ended the connection. */
    get connected() {
      return socket.connected;
    },
    close: () => void socket.close(),
  };
}
