import { handle } from "../../lib/bus.ts";
import { categories } from "./actions/categories.ts";
import { get } from "./actions/get.ts";
import { list } from "./actions/list.ts";
import { putCategories } from "./actions/putCategories.ts";
import { putProduct } from "./actions/putProduct.ts";
import { search } from "./actions/search.ts";
import { snapshot } from "./actions/snapshot.ts";
import { suggest } from "./actions/suggest.ts";
import * as contract from "./catalog.contract.ts";

/** What can be seen of the catalogue, and what services put into it. */
export const productsActions = {
  list: handle(contract.ListProducts, list),
  get: handle(contract.GetProduct, get),
  search: handle(contract.Search, search),
  suggest: handle(contract.SuggestProducts, suggest),
  categories: handle(contract.ListCategories, categories),
  snapshot: handle(contract.SnapshotVariants, snapshot),
  putProduct: handle(contract.PutProduct, putProduct),
  putCategories: handle(contract.PutCategories, putCategories),
};
