/** Rows of categories, and which products are in them. */
import type { Sql } from "../../../lib/sql.ts";
import type { RowOf } from "../../../lib/table.ts";
import { Categories } from "./tables.ts";

/** A category, with the slug of the one that it is in. */
export type CategoryRow = RowOf<typeof Categories> & { readonly parent: string | null };
export type CategoryInTree = CategoryRow & { readonly depth: number; readonly products: number };

/** Each after its parent, neighbours by their names; with the products in it and below. */
export async function categoryTree(sql: Sql, language: string): Promise<CategoryInTree[]> {
  const rows = await sql.rows<Pick<CategoryInTree, "parent" | "depth" | "products">>(
    `with recursive tree as (
       select c.*, 0 as depth, null::text as parent, array[c.id] as path,
         array[case $1 when 'fr' then plain(c.title_fr) else plain(c.title_en) end, c.slug] as rank
       from category c where c.parent_id is null
       union all
       select c.*, t.depth + 1, t.slug, t.path || c.id,
         t.rank || array[case $1 when 'fr' then plain(c.title_fr) else plain(c.title_en) end, c.slug]
       from category c join tree t on c.parent_id = t.id
     ), counted as (
       select above.id as category_id, count(distinct pc.product_id) as products
       from tree t cross join lateral unnest(t.path) as above (id)
         join product_category pc on pc.category_id = t.id
         join product p on p.id = pc.product_id and p.status = 'active'
       group by above.id
     )
     select ${Categories.columns}, parent, depth, coalesce(products, 0) as products
     from tree left join counted on category_id = id order by rank limit 5000`,
    [language],
  );
  return rows.map((row) => {
    const { parent, depth, products } = row;
    return { ...Categories.read(row), parent, depth, products };
  });
}

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

/** Replaces the categories of these products. */
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

const ROW = `select ${Categories.columns},
    (select above.slug from category above where above.id = category.parent_id) as parent
  from category`;
const BY_ID = `${ROW} where id = $1 for update`;
const BY_SLUG = `${ROW} where slug = $1 for update`;

export const lockCategory = (sql: Sql, id: string) => locked(sql, BY_ID, id);
export const lockCategoryBySlug = (sql: Sql, slug: string) => locked(sql, BY_SLUG, slug);

async function locked(sql: Sql, text: string, key: string): Promise<CategoryRow | undefined> {
  const row = await sql.row<Pick<CategoryRow, "parent">>(text, [key]);
  return row && { ...Categories.read(row), parent: row.parent };
}

export const hasChildren = async (sql: Sql, id: string): Promise<boolean> =>
  (await sql.row("select 1 as one from category where parent_id = $1 limit 1", [id])) !== undefined;

/** Returns true if `id` is `above`, or one of its descendants. */
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
