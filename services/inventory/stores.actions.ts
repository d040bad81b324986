import { handle } from "../../lib/bus.ts";
import { closeStore } from "./actions/closeStore.ts";
import { editStore } from "./actions/editStore.ts";
import { openStore } from "./actions/openStore.ts";
import { putStores } from "./actions/putStores.ts";
import { store } from "./actions/store.ts";
import { storeConfiguration } from "./actions/storeConfiguration.ts";
import { stores } from "./actions/stores.ts";
import {
  CloseStore,
  EditStore,
  GetStore,
  GetStoreConfiguration,
  ListStores,
  OpenStore,
  PutStores,
} from "./inventory.contract.ts";

/** What can be asked about stores and warehouses. */
export const storesActions = {
  stores: handle(ListStores, stores),
  store: handle(GetStore, store),
  storeConfiguration: handle(GetStoreConfiguration, storeConfiguration),
  openStore: handle(OpenStore, openStore),
  editStore: handle(EditStore, editStore),
  closeStore: handle(CloseStore, closeStore),
  putStores: handle(PutStores, putStores),
};
