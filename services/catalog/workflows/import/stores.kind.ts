import { call } from "../../../../lib/bus.ts";
import type { Params } from "../../../../lib/contract.ts";
import type { ImportKind } from "../../../../lib/import-kind.ts";
import type { ImportIssue, AppliedBatch } from "../../../../lib/imports.ts";
import { compile, issuesOf } from "../../../../lib/validator.ts";
import { PutStores } from "../../../inventory/inventory.contract.ts";
import { issueAt } from "../../domain/import/issues.ts";
import { type ImportedStore, isError } from "../../domain/import/imported.ts";
import { readStores } from "../../domain/import/stores.ts";
import type { CatalogService } from "../../catalog.types.ts";

type Draft = Params<typeof PutStores>["stores"][number];
const fits = compile(PutStores.params.stores.items);
/** `inventory.putStores` takes so many at once. */
const MOST = PutStores.params.stores.maxItems ?? 1;

/** A chain's list of stores, put into inventory batch by batch; each by its code, so twice is harmless. */
export const storesKind = (service: CatalogService): ImportKind<ImportedStore, AppliedBatch> => ({
  kind: "stores",
  read: (bytes) => readStores(bytes()),
  isError,
  lineOf: ({ line }) => line,
  // A batch of the runner weighs 1,000 at most.
  weightOf: () => Math.ceil(1_000 / MOST),
  prepare: (items) => putStores(service, items),
  apply: (_, __, taken) => Promise.resolve(taken),
  failed: ({ line, code }) => issueAt(line, "", "STORE_REFUSED", { value: code, field: "id" }),
});

async function putStores(
  { broker }: CatalogService,
  items: readonly ImportedStore[],
): Promise<AppliedBatch> {
  const issues: ImportIssue[] = [];
  const drafts = items.map(draftOf).filter((draft, n) => {
    const good: boolean = fits(draft);
    const field = issuesOf(fits.errors)[0]?.field ?? "";
    const { code } = draft;
    if (!good)
      issues.push(issueAt(items[n]?.line ?? 1, field, "STORE_REFUSED", { value: code, field }));
    return good;
  });
  const { stores } =
    drafts.length > 0
      ? await call(broker, PutStores, { stores: drafts.slice(0, MOST) })
      : { stores: [] };
  const of = (wanted: string) => stores.filter(({ outcome }) => outcome === wanted).length;
  const [created, updated, unchanged] = [of("created"), of("updated"), of("unchanged")];
  return { created, updated, unchanged, issues };
}

const draftOf = (store: ImportedStore): Draft => ({
  code: store.code,
  name: store.name,
  kind: store.kind?.toLowerCase() === "warehouse" ? "warehouse" : "store",
  address: store.address,
  latitude: store.latitude,
  longitude: store.longitude,
  ...(store.hours && { hours: store.hours }),
  configuration: {
    services: store.services,
    ...(store.kind !== undefined && { kind: store.kind }),
  },
});
