/** npm writes CycloneDX 1.5, calls us after our folder, and leaves out licences that it does not know. */
import type { Licence } from "./licences.ts";
import type { Manifest } from "./lock.ts";

export interface Component {
  readonly "bom-ref": string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly object[];
}
export interface Bom {
  readonly $schema: string;
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly {
    readonly ref: string;
    readonly dependsOn?: readonly string[];
  }[];
}

/** All of 1.5 is also 1.6 (https://cyclonedx.org/docs/1.6/json/). */
export function completed(bom: Bom, manifest: Manifest, licences: readonly Licence[]): Bom {
  const known = new Map(
    licences.map(({ name, version, licence }) => [`${name}@${version}`, licence]),
  );
  const { component } = bom.metadata;
  return {
    ...bom,
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    specVersion: "1.6",
    metadata: {
      ...bom.metadata,
      component: { ...component, type: "application", name: manifest.name },
    },
    components: bom.components.map((one) => {
      const licence = known.get(`${one.name}@${one.version}`);
      if (one.licenses?.length || licence === undefined) return one;
      return { ...one, licenses: [{ license: { id: licence } }] };
    }),
  };
}
