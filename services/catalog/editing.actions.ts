import { handle } from "../../lib/bus.ts";
import { addVariant } from "./actions/addVariant.ts";
import { archive } from "./actions/archive.ts";
import { create } from "./actions/create.ts";
import { createCategory } from "./actions/createCategory.ts";
import { edit } from "./actions/edit.ts";
import { editCategory } from "./actions/editCategory.ts";
import { editVariant } from "./actions/editVariant.ts";
import { removeCategory } from "./actions/removeCategory.ts";
import * as contract from "./catalog.contract.ts";

/** How merchants change what they sell. */
export const editingActions = {
  create: handle(contract.CreateProduct, create),
  edit: handle(contract.EditProduct, edit),
  archive: handle(contract.ArchiveProduct, archive),
  addVariant: handle(contract.AddVariant, addVariant),
  editVariant: handle(contract.EditVariant, editVariant),
  createCategory: handle(contract.CreateCategory, createCategory),
  editCategory: handle(contract.EditCategory, editCategory),
  removeCategory: handle(contract.RemoveCategory, removeCategory),
};
