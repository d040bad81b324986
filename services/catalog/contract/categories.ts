/** How merchants order their shelves. */
import { action } from "../../../lib/contract.ts";
import { id, integer, nullable, optional } from "../../../lib/shape.ts";
import * as failures from "./failures.ts";
import * as shapes from "./shapes.ts";

const version = () => integer({ min: 1, description: "As it was when you looked at it." });
const tag = "catalog";
const parent = optional(nullable(shapes.slug()));
export const CreateCategory = action("catalog.createCategory", {
  summary: "Make a category.",
  rest: "POST /categories",
  allow: "catalog.edit",
  params: { slug: shapes.slug(), title: shapes.title(), parent },
  returns: shapes.Category,
  status: 201,
  keyed: true,
  failures: [failures.SlugTaken, failures.CategoryNotFound],
  tag,
});
export const EditCategory = action("catalog.editCategory", {
  summary: "Rename or move a category as it was at `version`.",
  rest: "PATCH /categories/:categoryId",
  allow: "catalog.edit",
  params: {
    categoryId: id(),
    version: version(),
    slug: optional(shapes.slug()),
    title: optional(shapes.title()),
    parent,
  },
  returns: shapes.Category,
  failures: [
    failures.CategoryNotFound,
    failures.CategoryChangedMeanwhile,
    failures.SlugTaken,
    failures.CategoryLoop,
  ],
  tag,
});
export const RemoveCategory = action("catalog.removeCategory", {
  summary: "Remove a category that has none below it. Its products stay, without it.",
  rest: "DELETE /categories/:categoryId",
  allow: "catalog.edit",
  params: { categoryId: id() },
  returns: shapes.Category,
  failures: [failures.CategoryNotFound, failures.CategoryInUse],
  tag,
});
