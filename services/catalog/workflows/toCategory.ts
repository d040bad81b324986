import type { Language } from "../../../lib/failure.ts";
import type { Category } from "../contract/shapes.ts";
import type { CategoryRow } from "../store/categories.store.ts";

export const toCategory = (row: CategoryRow, language: Language): Category => ({
  id: row.id,
  slug: row.slug,
  name: { fr: row.titleFr, en: row.titleEn }[language],
  title: { fr: row.titleFr, en: row.titleEn },
  ...(row.parent !== null && { parent: row.parent }),
  version: row.version,
});
