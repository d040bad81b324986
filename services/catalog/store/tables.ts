import { dateTime, id, object, optional, text, version } from "../../../lib/shape.ts";
import { table } from "../../../lib/table.ts";
import { slug } from "../contract/shapes.ts";

/** Their list is a tree: it is read by SQL, whole. */
export const Categories = table("category", {
  shape: object({
    id: id(),
    slug: slug(),
    titleFr: text(),
    titleEn: text(),
    parentId: optional(id({ of: "category" })),
    version: version(),
  }),
  columns: { updatedAt: dateTime() },
  sorts: {},
});
