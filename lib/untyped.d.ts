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
