/** Rows of categories, and which products are in them. */
import type { Sql } from "../../../lib/sql.ts";

export interface CategoryRow {
  readonly id: string;
  readonly slug: string;
  readonly title_fr: string;
  readonly title_en: string;
  readonly parent_id: string | null;
  readonly parent: string | null;
  readonly version: number;
}
export interface CategoryInTree extends CategoryRow {
  readonly depth: number;
  readonly products: number;
}

/** Each after its parent, neighbours by their names; with the products in it and below. */
export const categoryTree = (sql: Sql, language: string): Promise<CategoryInTree[]> =>
  sql.rows(
    `with recursive tree as (
       select c.*, 0 as depth, null::text as parent, array[c.id] as path,
         array[case $1 when 'fr' then plain(c.title_fr) else plain(c.title_en) end, c.slug] as rank
       from category c where c.parent_id is null
       union all
       select c.*, t.depth + 1, t.slug, t.path || c.id,
         t.rank || array[case $1 when 'fr' then plain(c.title_fr) else plain(c.title_en) end, c.slug]
       from category c join tree t on c.parent_id = t.id
     ), counted as (
       select above.id, count(distinct pc.product_id) as products
       from tree t cross join lateral unnest(t.path) as above (id)
         join product_category pc on pc.category_id = t.id
         join product p on p.id = pc.product_id and p.status = 'active'
       group by above.id
     )
     select t.id, t.slug, t.title_fr, t.title_en, t.parent_id, t.parent, t.version, t.depth,
       coalesce(n.products, 0) as products
     from tree t left join counted n on n.id = t.id order by t.rank limit 5000`,
    [language],
  );

export const idsOfSlugs = async (
  sql: Sql,
  slugs: readonly string[],
): Promise<Map<string, string>> => {
  if (slugs.length === 0) return new Map();
  const rows = await sql.rows<{ id: string; slug: string }>(
    "select id, slug from category where slug = any($1::text[]) for key share",
    [slugs],
  );
  return new Map(rows.map(({ id, slug }) => [slug, id]));
};

/** The categories of these products become those said. */
export const upsertProductCategories = async (
  sql: Sql,
  input: readonly { productId: string; categoryIds: readonly string[] }[],
): Promise<void> => {
  const rows = input.flatMap(({ productId, categoryIds }) =>
    [...new Set(categoryIds)].map((category_id, position) => ({
      product_id: productId,
      category_id,
      position,
    })),
  );
  await sql.run(
    `delete from product_category pc where product_id = any($1::uuid[]) and not exists (
       select 1 from jsonb_to_recordset($2::jsonb) as s (product_id uuid, category_id uuid)
       where s.product_id = pc.product_id and s.category_id = pc.category_id)`,
    [input.map(({ productId }) => productId), JSON.stringify(rows)],
  );
  await sql.run(
    `insert into product_category (product_id, category_id, position)
     select product_id, category_id, position
     from jsonb_to_recordset($1::jsonb) as s (product_id uuid, category_id uuid, position int)
     on conflict (product_id, category_id) do update set position = excluded.position`,
    [JSON.stringify(rows)],
  );
};

const ROW = `select c.id, c.slug, c.title_fr, c.title_en, c.parent_id, up.slug as parent, c.version
  from category c left join category up on up.id = c.parent_id`;
const BY_ID = `${ROW} where c.id = $1 for update of c`;
const BY_SLUG = `${ROW} where c.slug = $1 for update of c`;

export const lockCategory = (sql: Sql, id: string): Promise<CategoryRow | undefined> =>
  sql.row(BY_ID, [id]);
export const lockCategoryBySlug = (sql: Sql, slug: string): Promise<CategoryRow | undefined> =>
  sql.row(BY_SLUG, [slug]);

export interface CategoryToWrite {
  readonly id: string;
  readonly slug: string;
  readonly title: { readonly fr: string; readonly en: string };
  readonly parentId: string | null;
}
/** False if another category has the slug. */
export const insertCategory = async (sql: Sql, category: CategoryToWrite): Promise<boolean> =>
  (await sql.run(
    `insert into category (id, slug, title_fr, title_en, parent_id) values ($1, $2, $3, $4, $5)
     on conflict (slug) do nothing`,
    valuesOf(category),
  )) === 1;

export const updateCategory = (sql: Sql, category: CategoryToWrite): Promise<number> =>
  sql.run(
    `update category set slug = $2, title_fr = $3, title_en = $4, parent_id = $5,
       version = version + 1, updated_at = now() where id = $1`,
    valuesOf(category),
  );

const valuesOf = ({ id, slug, title, parentId }: CategoryToWrite) => [
  id,
  slug,
  title.fr,
  title.en,
  parentId,
];

export const removeCategoryRow = (sql: Sql, id: string): Promise<number> =>
  sql.run("delete from category where id = $1", [id]);

export const hasChildren = async (sql: Sql, id: string): Promise<boolean> =>
  (await sql.row("select 1 as one from category where parent_id = $1 limit 1", [id])) !== undefined;

/** Whether `id` is `above`, or somewhere below it. */
export const isWithin = async (sql: Sql, id: string, above: string): Promise<boolean> =>
  (await sql.row(
    `with recursive up as (
       select id, parent_id from category where id = $1
       union select c.id, c.parent_id from category c join up on c.id = up.parent_id
     ) select 1 as one from up where id = $2`,
    [id, above],
  )) !== undefined;

/** Moves are one at a time, so that two together never make a circle. */
export const lockMoves = (sql: Sql): Promise<number> =>
  sql.run("select pg_advisory_xact_lock(hashtext('catalog.moves'))");
