/** The one connection by which a process owns a running server: it ends with the process, however that ends. */
import { Client } from "pg";

export interface Supervisor {
  readonly durable: boolean;
  readonly maxConnections: number;
  /** Called once when the connection is lost, not when it is released. */
  onLost(listener: () => void): void;
  release(): Promise<void>;
}

/** Why a server that runs is not ours: it cannot be asked (yet), or another living process owns it. */
export type NotSupervised = "unanswered" | "owned";

const ASK_MS = 5_000;

/** "Comptoir" in numbers of two letters: the key of our advisory lock in `postgres`. */
const OWNERSHIP = 0x63_6f_6d_70;

export const superuserUrl = (port: number, password: string, database: string): string =>
  `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;

/**
 * Takes ownership of the server at `port`, if it is the one on `dataDir` and has no owner. Of many
 * who try at once, one succeeds.
 * @throws Error when the server does not know the password.
 */
export async function superviseServer(
  port: number,
  password: string,
  dataDir: string,
): Promise<Supervisor | NotSupervised> {
  const client = new Client({
    connectionString: superuserUrl(port, password, "postgres"),
    application_name: `comptoir, process ${process.pid}`,
    connectionTimeoutMillis: ASK_MS,
    keepAlive: true,
    ssl: false,
  });
  let lost = false;
  let notify = (): void => {};
  const lose = (): void => {
    if (!lost) notify();
    lost = true;
  };
  client.on("error", lose);
  client.on("end", lose);
  const leave = async (): Promise<void> => {
    lost = true;
    await client.end().catch(() => {});
  };
  try {
    await client.connect();
    const settings = await ask(client);
    if (settings?.dataDir !== dataDir || !settings.ours) {
      await leave();
      return settings?.dataDir === dataDir ? "owned" : "unanswered";
    }
    // A process that has nothing else to do may end: this connection is no reason to stay.
    (client as unknown as { unref(): void }).unref();
    return {
      durable: settings.durable,
      maxConnections: settings.maxConnections,
      onLost: (callback) => {
        notify = callback;
        if (lost) callback();
      },
      release: leave,
    };
  } catch (error) {
    await leave();
    if ((error as { code?: string }).code !== "28P01") return "unanswered";
    throw new Error(
      `The database in ${dataDir} does not know the password in the file beside it. ` +
        "Put the file that belongs to it back.",
      { cause: error },
    );
  }
}

interface Settings {
  readonly dataDir: string;
  readonly durable: boolean;
  readonly maxConnections: number;
  readonly ours: boolean;
}

async function ask(client: Client): Promise<Settings | undefined> {
  const { rows } = await client.query<Settings>(
    `select current_setting('data_directory') as "dataDir",
            current_setting('fsync')::boolean as "durable",
            current_setting('max_connections')::int as "maxConnections",
            pg_try_advisory_lock($1) as "ours"`,
    [OWNERSHIP],
  );
  return rows[0];
}
