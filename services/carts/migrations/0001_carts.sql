-- A cart belongs to a customer or to whoever knows its token, never to both.
create table cart (
  id                uuid primary key,
  version           int not null default 0 check (version >= 0),
  state             text not null default 'open' check (state in ('open', 'frozen', 'converted', 'merged')),
  customer_id       uuid,
  token_sha256      bytea check (octet_length(token_sha256) = 32),
  currency          char(3) not null check (currency ~ '^[A-Z]{3}$'),
  store_id          uuid,
  -- The total last shown at this version: what the shopper agreed to.
  shown_total_minor bigint check (shown_total_minor >= 0),
  order_id          uuid,
  -- The order that was given up: when its checkout asks once more, nothing freezes again.
  thawed_order_id   uuid,
  merged_into       uuid references cart on delete cascade,
  created_at        timestamptz(3) not null default now(),
  changed_at        timestamptz(3) not null default now(),
  expires_at        timestamptz(3) not null default now() + interval '30 days',
  abandoned_at      timestamptz(3),
  frozen_at         timestamptz(3),
  fate_asked_at     timestamptz(3),
  constraint cart_one_owner check ((customer_id is null) <> (token_sha256 is null)),
  constraint cart_ordered check ((state in ('frozen', 'converted')) = (order_id is not null)),
  constraint cart_frozen_since check (state <> 'frozen' or frozen_at is not null),
  constraint cart_merged check ((state = 'merged') = (merged_into is not null)),
  -- Guests do not check out.
  constraint cart_of_customer_ordered check (state in ('open', 'merged') or customer_id is not null)
);
create unique index cart_of_order on cart (order_id) where order_id is not null;
create index cart_of_customer on cart (customer_id, changed_at desc) where state = 'open';
create index cart_of_guest on cart (token_sha256) where state = 'open';
create index cart_merged_into on cart (merged_into) where merged_into is not null;
create index cart_frozen on cart (frozen_at) where state = 'frozen';
create index cart_expiring on cart (expires_at) where state in ('open', 'merged');
create index cart_quiet on cart (changed_at) where state = 'open' and abandoned_at is null;

create function cart_final() returns trigger language plpgsql as $$
begin
  raise exception 'cart % is %: that is final', old.id, old.state using errcode = '55000';
end $$;
create trigger cart_final before update of state on cart for each row
  when (old.state in ('converted', 'merged') and new.state <> old.state)
  execute function cart_final();

create table cart_line (
  cart_id    uuid not null references cart on delete cascade,
  variant_id uuid not null,
  product_id uuid not null,
  sku        text not null,
  title_fr   text not null,
  title_en   text not null,
  quantity   int not null check (quantity between 1 and 9999),
  position   bigint generated always as identity,
  primary key (cart_id, variant_id)
);
create table cart_coupon (
  cart_id  uuid not null references cart on delete cascade,
  code     text not null check (length(code) between 1 and 40),
  position bigint generated always as identity,
  primary key (cart_id, code)
);

-- What each version changed: tells a shopper what differs from the version they saw.
create table cart_change (
  cart_id         uuid not null references cart on delete cascade,
  version         int not null,
  subject         text not null check (subject in ('line', 'coupon')),
  key             text not null,
  quantity_before int not null check (quantity_before >= 0),
  quantity_after  int not null check (quantity_after >= 0),
  primary key (cart_id, version, subject, key)
);
create trigger cart_change_kept before update on cart_change for each row execute function append_only();

-- Only open carts change. A cart that is being removed takes its contents along.
create function cart_open() returns trigger language plpgsql as $$
declare found_state text;
begin
  select state into found_state from cart where id = coalesce(new.cart_id, old.cart_id);
  if found_state <> 'open' then
    raise exception 'cart % is %', coalesce(new.cart_id, old.cart_id), found_state using errcode = '55000';
  end if;
  return coalesce(new, old);
end $$;
create trigger cart_line_open before insert or update or delete on cart_line
  for each row execute function cart_open();
create trigger cart_coupon_open before insert or update or delete on cart_coupon
  for each row execute function cart_open();
