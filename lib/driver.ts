/** `pg` as Sequelize is given it. */
import pg from "pg";

/**
 * Sequelize begins to listen for a connection's errors a moment after the connection is there. A
 * server that says good-bye in that moment, in the same packet, would end the process: an error that
 * nobody hears is thrown. Such a connection fails its first statement, which is what others hear of.
 */
class Client extends pg.Client {
  constructor(...words: ConstructorParameters<typeof pg.Client>) {
    super(...words);
    this.on("error", () => undefined);
  }
}

export const driver: typeof pg = { ...pg, Client };
