-- Prices, taxes and coupons. Amounts are in the currency's smallest unit, VAT included.

-- What the catalogue says of how a variant is taxed.
create table variant_tax (
  variant_id uuid primary key,
  tax_class  text not null check (length(tax_class) between 1 and 32)
);

-- All prices: the standing ones and those that begin or end some day. Of one tier and moment of
-- beginning there is one standing price and one temporary one.
create table price (
  variant_id       uuid not null,
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  min_quantity     int not null default 1 check (min_quantity between 1 and 9999),
  valid_from       timestamptz(3) not null default '-infinity',
  valid_to         timestamptz(3) not null default 'infinity',
  temporary        boolean generated always as (valid_to < 'infinity') stored,
  amount_minor     bigint not null check (amount_minor between 0 and 9007199254740991),
  compare_at_minor bigint check (compare_at_minor between 0 and 9007199254740991),
  primary key (variant_id, currency, min_quantity, valid_from, temporary),
  constraint price_ends_after_it_begins check (valid_from <= valid_to)
);

-- The price of each tier as it was last told, and when it will be another one by itself.
-- amount_minor is null while the tier has no price.
create table current_price (
  variant_id       uuid not null,
  currency         text not null,
  min_quantity     int not null,
  amount_minor     bigint,
  compare_at_minor bigint,
  changes_at       timestamptz(3),
  primary key (variant_id, currency, min_quantity)
);
create index current_price_due on current_price (changes_at) where changes_at is not null;

-- Every change of a current price, the first one too: the proof of what was asked before a
-- reduction (Directive 98/6/EC, art. 6a).
create table price_history (
  n                bigint generated always as identity primary key,
  variant_id       uuid not null,
  currency         text not null,
  min_quantity     int not null,
  amount_minor     bigint,
  compare_at_minor bigint,
  at               timestamptz(3) not null,
  actor            text
);
create index price_history_of on price_history (variant_id, currency, min_quantity, at, n);
create trigger price_history_kept before update or delete on price_history
  for each row execute function append_only();
create trigger price_history_not_emptied before truncate on price_history
  for each statement execute function append_only();

create table tax_rate (
  country      text not null check (country ~ '^[A-Z]{2}$'),
  tax_class    text not null check (length(tax_class) between 1 and 32),
  valid_from   timestamptz(3) not null,
  basis_points int not null check (basis_points between 0 and 10000),
  primary key (country, tax_class, valid_from)
);

-- France: Code général des impôts, art. 278 (20 %), 279 (10 %), 278-0 bis (5.5 %), 281 quater and
-- following (2.1 %). The others' standard rates: European Commission, Taxes in Europe Database.
insert into tax_rate (country, tax_class, valid_from, basis_points) values
  ('FR', 'standard',      '2014-01-01T00:00:00+01', 2000),
  ('FR', 'intermediate',  '2014-01-01T00:00:00+01', 1000),
  ('FR', 'reduced',       '2014-01-01T00:00:00+01',  550),
  ('FR', 'super_reduced', '2014-01-01T00:00:00+01',  210),
  ('FR', 'zero',          '2014-01-01T00:00:00+01',    0),
  ('BE', 'standard',      '1996-01-01T00:00:00+01', 2100),
  ('DE', 'standard',      '2021-01-01T00:00:00+01', 1900),
  ('ES', 'standard',      '2012-09-01T00:00:00+02', 2100),
  ('IE', 'standard',      '2021-03-01T00:00:00+00', 2300),
  ('IT', 'standard',      '2013-10-01T00:00:00+02', 2200),
  ('LU', 'standard',      '2024-01-01T00:00:00+01', 1700),
  ('NL', 'standard',      '2012-10-01T00:00:00+02', 2100),
  ('PT', 'standard',      '2011-01-01T00:00:00+00', 2300);

-- `used` counts the rows of coupon_use that are held or used (I23).
create table coupon (
  code                 text primary key check (length(code) between 1 and 40),
  kind                 text not null check (kind in ('percent', 'amount')),
  percent_basis_points int check (percent_basis_points between 1 and 10000),
  amount_minor         bigint check (amount_minor between 1 and 9007199254740991),
  currency             text check (currency ~ '^[A-Z]{3}$'),
  minimum_minor        bigint check (minimum_minor between 0 and 9007199254740991),
  starts_at            timestamptz(3),
  ends_at              timestamptz(3),
  -- When somebody ended it, whatever its terms say.
  ended_at             timestamptz(3),
  exclusive            boolean not null default false,
  variant_ids          uuid[],
  -- What it is called, in each language.
  label                jsonb,
  max_uses             int check (max_uses >= 0),
  max_per_customer     int check (max_per_customer >= 1),
  used                 int not null default 0,
  created_at           timestamptz(3) not null default now(),
  constraint coupon_not_overused check (used >= 0 and (max_uses is null or used <= max_uses)),
  constraint coupon_of_its_kind check (
    (kind = 'percent') = (percent_basis_points is not null)
    and (kind = 'amount') = (amount_minor is not null)),
  constraint coupon_names_its_currency
    check (currency is not null or (amount_minor is null and minimum_minor is null)),
  constraint coupon_ends_after_it_begins check (starts_at < ends_at)
);

-- One row for each order that held or released coupons: whoever holds or releases has it locked.
-- released_at without any coupon_use is a tombstone: the release came before the hold.
create table coupon_order (
  order_id    uuid primary key,
  released_at timestamptz(3)
);

create table coupon_use (
  code        text not null references coupon,
  order_id    uuid not null references coupon_order,
  customer_id uuid not null,
  -- Which of the customer's uses of this code it is.
  n           int not null check (n >= 1),
  state       text not null default 'held' check (state in ('held', 'used', 'released')),
  held_at     timestamptz(3) not null default now(),
  primary key (code, order_id)
);
create unique index coupon_use_of_customer on coupon_use (code, customer_id, n)
  where state <> 'released';
create index coupon_use_of_order on coupon_use (order_id);
