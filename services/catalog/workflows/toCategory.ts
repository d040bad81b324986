import type { Language } from "../../../lib/failure.ts";
import type { Category } from "../contract/shapes.ts";
import type { CategoryRow } from "../store/categories.store.ts";

export const toCategory = (row: CategoryRow, language: Language): Category => ({
  id: row.id,
  slug: row.slug,
  name: { fr: row.title_fr, en: row.title_en }[language],
  title: { fr: row.title_fr, en: row.title_en },
  ...(row.parent !== null && { parent: row.parent }),
  version: row.version,
});
