// Packages of the system that ship no types of their own.
declare module "moleculer-prometheus" {
  import type { ServiceSchema } from "moleculer";
  const schema: ServiceSchema;
  export default schema;
}
declare module "moleculer-io" {
  import type { ServiceSchema } from "moleculer";
  const schema: ServiceSchema;
  export default schema;
}
declare module "moleculer-db-adapter-sequelize" {
  import type { Model, ModelStatic, Sequelize } from "sequelize";
  /** The part that is used here. */
  export default class SequelizeDbAdapter {
    broker: object;
    service: object;
    db: Sequelize;
    model: ModelStatic<Model>;
    init(broker: object, service: object): void;
    connect(): Promise<void>;
    disconnect(): Promise<void>;
  }
}
