/**
 * One transaction on one connection. What names the transaction reaches the connection only while the
 * transaction is open and sound: a statement that arrives after `rollback` or `commit` would run by itself
 * and stay.
 */
import type { Duplex } from "node:stream";
import type { Sequelize } from "sequelize";
import { requestContext } from "./request-context.ts";
import { failpoint } from "./failpoint.ts";
import { codeOf, type Sql, sqlOf, statement, sendTogether, translate, type Tx } from "./sql.ts";

interface Answer {
  readonly rows: object[];
  readonly rowCount: number | null;
  readonly command: string;
}
interface Client {
  readonly connection?: { readonly stream: Duplex };
  query(statement: object | string, values?: readonly unknown[]): Promise<Answer>;
}
type Callback = (error: unknown, answer?: Answer) => void;

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const FAILED = "25P02";
const ENDED = "25P01";
const REFUSALS = {
  [FAILED]: "This transaction has failed: it takes no more statements.",
  [ENDED]: "This transaction has ended: it takes no more statements.",
};

/** Receives a transaction's statements from `lib/sql.ts` and from Sequelize. */
class Gate {
  readonly #client: Client;
  #refusal: keyof typeof REFUSALS | undefined;
  #failure: unknown;
  /** Settles when everything that was sent is answered: answers come in the order of the statements. */
  #drained: Promise<unknown> = Promise.resolve();

  constructor(client: Client) {
    this.#client = client;
  }

  get connection() {
    return this.#client.connection;
  }
  /** The first statement's error, if there is one. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Has `pg`'s signature: it returns a promise or, for Sequelize, takes a callback. */
  query(text: object | string, ...rest: (readonly unknown[] | Callback | undefined)[]) {
    const last = rest.at(-1);
    const answer = this.#send(text, Array.isArray(rest[0]) ? rest[0] : undefined);
    if (typeof last === "function") answer.then((given) => last(null, given), last);
    return answer;
  }

  begin(): void {
    this.#send(statement("begin")).catch(() => undefined);
  }

  /** Ends the transaction when all that was sent is answered. */
  async rollback(): Promise<void> {
    this.#refusal = ENDED;
    await this.#drained;
    await this.#client.query(statement("rollback"));
  }

  /** Commits behind what was sent; false if Postgres has rolled back instead, because that had failed. */
  async commit(): Promise<boolean> {
    const committing = this.#send(statement("commit"));
    this.#refusal = ENDED;
    // https://www.postgresql.org/docs/18/sql-commit.html
    return (await committing).command === "COMMIT";
  }

  /** Why the transaction failed: a refusal is only what came of the first error. */
  causeOf(error: unknown): unknown {
    return codeOf(error) === FAILED && this.#failure !== undefined ? this.#failure : error;
  }

  #send(text: object | string, values?: readonly unknown[]): Promise<Answer> {
    const code = this.#refusal;
    if (code) return Promise.reject(Object.assign(new Error(REFUSALS[code]), { code }));
    sendTogether(this.#client);
    const answer = this.#client.query(text, values);
    this.#drained = answer.catch((error: unknown) => {
      this.#failure ??= error;
      this.#refusal ??= FAILED;
    });
    return answer;
  }
}

interface Work<T> {
  readonly work: () => Promise<T>;
  /** Sent along with the commit. */
  readonly last: (sql: Sql) => Promise<void>;
}

/**
 * Begin and commit on the raw connection: Sequelize's own road costs several times as much. Begin is
 * sent along with the first statement of `work`, and commit with the `last` one, so that a
 * transaction costs two answers less to wait for.
 */
export async function committed<T>(
  sequelize: Sequelize,
  tx: Tx,
  { work, last }: Work<T>,
): Promise<T> {
  const manager = sequelize.connectionManager;
  const point = requestContext().action ?? "background";
  const client = await manager.getConnection({ type: "write" }).catch((error: unknown) => {
    throw translate(error);
  });
  const gate = new Gate(client as Client);
  Object.assign(tx, { connection: gate });
  // The connection is in doubt, and is not reused, until the end of the transaction is answered.
  let clean = false;
  try {
    gate.begin();
    const answer = await sound(gate, work).catch(async (error: unknown) => {
      const cause = gate.causeOf(error);
      // The connection may be lost; so is the transaction then.
      clean = await gate.rollback().then(
        () => true,
        () => false,
      );
      throw cause;
    });
    failpoint(`commit.${point}.before`);
    const [published, ended] = await Promise.allSettled([
      last(sqlOf(sequelize, tx)),
      gate.commit(),
    ]);
    if (ended.status === "rejected") throw ended.reason;
    clean = true;
    if (!ended.value) throw gate.failure ?? new Error("Postgres has rolled back.");
    if (published.status === "rejected") throw published.reason;
    failpoint(`commit.${point}.after`);
    return answer;
  } catch (error) {
    throw translate(error);
  } finally {
    if (clean) manager.releaseConnection(client);
    else void (manager as unknown as Destroys).destroyConnection(client).catch(() => undefined);
  }
}
interface Destroys {
  destroyConnection(connection: object): Promise<void>;
}

/** Runs `work`, and fails with the transaction even if `work` caught the error. */
async function sound<T>(gate: Gate, work: () => Promise<T>): Promise<T> {
  const answer = await work();
  if (gate.failure !== undefined) throw gate.failure;
  return answer;
}
