-- What is sold. Search is Postgres' own: stemmed words in both languages of the system, and trigrams
-- for what is typed wrong.
create extension if not exists unaccent;
create extension if not exists pg_trgm;

create text search configuration catalog_fr (copy = french);
alter text search configuration catalog_fr
  alter mapping for hword, hword_part, word with unaccent, french_stem;
create text search configuration catalog_en (copy = english);
alter text search configuration catalog_en
  alter mapping for hword, hword_part, word with unaccent, english_stem;

-- Small letters without accents. unaccent() is only declared stable because its dictionary could be
-- exchanged; ours is not.
create function plain(value text) returns text language sql immutable strict parallel safe
  return lower(public.unaccent('public.unaccent'::regdictionary, value));

create table category (
  id         uuid primary key,
  slug       text not null unique check (length(slug) between 1 and 255),
  title_fr   text not null check (length(title_fr) between 1 and 255),
  title_en   text not null check (length(title_en) between 1 and 255),
  parent_id  uuid references category check (parent_id <> id),
  version    int not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index category_parent on category (parent_id);

create table product (
  id              uuid primary key,
  handle          text not null unique check (length(handle) between 1 and 255),
  type            text not null check (type in ('goods', 'service', 'digital')),
  status          text not null check (status in ('active', 'draft', 'archived')),
  title_fr        text not null check (length(title_fr) between 1 and 255),
  title_en        text not null check (length(title_en) between 1 and 255),
  description_fr  text not null default '' check (length(description_fr) <= 100000),
  description_en  text not null default '' check (length(description_en) <= 100000),
  -- The same without markup, cut, for lists.
  summary_fr      text not null default '' check (length(summary_fr) <= 500),
  summary_en      text not null default '' check (length(summary_en) <= 500),
  vendor          text,
  -- What the merchant's file calls its kind.
  file_type       text,
  tags            text[] not null default '{}',
  tax_class       text not null,
  -- [{name: {fr, en}, values: [{fr, en}]}]
  options         jsonb not null default '[]',
  -- [{url, alt?}] in order
  images          jsonb not null default '[]',
  seo_title       text,
  seo_description text,
  gift_card       boolean not null default false,
  -- Of what was last put or imported; null once it is to be taken anew, whatever is said.
  fingerprint     text,
  -- Projection of its variants, kept by the statements of store/projection.store.ts.
  first_variant_id uuid,
  price_minor      bigint check (price_minor >= 0),
  compare_at_minor bigint,
  currency         text check (currency ~ '^[A-Z]{3}$'),
  stock_state      text not null default 'out' check (stock_state in ('in_stock', 'low', 'out')),
  search_fr        tsvector not null default '',
  search_en        tsvector not null default '',
  search_words     text not null default '',
  version     int not null default 1,
  created_at  timestamptz(3) not null default now(),
  updated_at  timestamptz(3) not null default now(),
  archived_at timestamptz(3),
  check ((status = 'archived') = (archived_at is not null))
);
create index product_search_fr on product using gin (search_fr);
create index product_search_en on product using gin (search_en);
create index product_search_words on product using gin (search_words gin_trgm_ops);
create index product_tags on product using gin (tags);
create index product_newest on product (id desc) where status = 'active';
create index product_price on product (price_minor, id) where status = 'active';
create index product_name_fr on product (plain(title_fr), id) where status = 'active';
create index product_name_en on product (plain(title_en), id) where status = 'active';
create index product_vendor on product (vendor) where status = 'active';

create table product_category (
  product_id  uuid not null references product on delete cascade,
  category_id uuid not null references category on delete cascade,
  -- 0 is where the product is at home.
  position    int not null default 0,
  primary key (product_id, category_id)
);
create index product_category_category on product_category (category_id);

create table variant (
  id               uuid primary key,
  product_id       uuid not null references product,
  position         int not null,
  sku              text not null check (length(sku) between 1 and 64),
  -- For each option of the product, in order, the index of its value.
  option_values    int[] not null default '{}' check (cardinality(option_values) <= 3),
  weight_grams     int not null default 0 check (weight_grams >= 0),
  ean              text,
  image_url        text,
  -- Whether stock is kept of it.
  stocked          boolean not null,
  policy           text not null default 'deny' check (policy in ('deny', 'continue')),
  requires_shipping boolean not null default true,
  taxable          boolean not null default true,
  -- [{storeCode?, quantity}]: how many were said to be where when it was last put or imported.
  said_stock       jsonb not null default '[]',
  -- What pricing and inventory have told.
  price_minor      bigint not null check (price_minor >= 0),
  compare_at_minor bigint check (compare_at_minor >= 0),
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  stock_state      text not null check (stock_state in ('in_stock', 'low', 'out')),
  archived_at      timestamptz(3)
);
-- A SKU names one thing that is sold; that of an archived variant may be given again.
create unique index variant_sku on variant (sku) where archived_at is null;
create index variant_product on variant (product_id, position);
