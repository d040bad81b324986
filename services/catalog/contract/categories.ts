import { command } from "../../../lib/contract.ts";
import { id, integer, nullable, optional } from "../../../lib/shape.ts";
import * as failures from "./failures.ts";
import * as shapes from "./shapes.ts";

const version = () => integer({ min: 1, description: "As it was when you looked at it." });
const tag = "catalog";
const parent = optional(nullable(shapes.slug()));
export const CreateCategory = command("catalog.createCategory", {
  summary: "Make a category.",
  rest: "POST /categories",
  allow: "catalog.edit",
  access: "any",
  params: { slug: shapes.slug(), title: shapes.title(), parent },
  returns: shapes.Category,
  status: 201,
  idempotency: "key",
  failures: [failures.SlugTaken, failures.CategoryNotFound],
  tag,
});
export const EditCategory = command("catalog.editCategory", {
  summary: "Rename or move a category as it was at `version`.",
  rest: "PATCH /categories/:categoryId",
  allow: "catalog.edit",
  access: "any",
  params: {
    categoryId: id({ of: "category" }),
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
export const RemoveCategory = command("catalog.removeCategory", {
  summary: "Remove a category that has none below it. Its products stay, without it.",
  rest: "DELETE /categories/:categoryId",
  allow: "catalog.edit",
  access: "any",
  params: { categoryId: id({ of: "category" }) },
  returns: shapes.Category,
  failures: [failures.CategoryNotFound, failures.CategoryInUse],
  tag,
});
