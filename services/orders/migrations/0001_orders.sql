-- Orders, what they were made of, and what happened to them. The process that moves an order is a
-- row of `saga` with the order's id.

create table "order" (
  id               uuid primary key,
  number           bigint generated always as identity (start with 1001) unique,
  status           text not null
                   check (status in ('pending', 'awaiting_payment', 'settling', 'paid', 'cancelled', 'rejected')),
  -- Written for an id that must never become an order.
  tombstone        boolean not null default false,
  customer_id      uuid,
  store_id         uuid,
  cart_id          uuid,
  currency         char(3) not null,
  subtotal         bigint not null check (subtotal >= 0),
  discount         bigint not null check (discount >= 0),
  tax              bigint not null check (tax >= 0),
  total            bigint not null check (total >= 0),
  taxes            jsonb not null default '[]',
  coupons          text[] not null default '{}',
  shipping_address jsonb,
  pay_deadline     timestamptz(3) not null,
  created_at       timestamptz(3) not null default now(),
  paid_at          timestamptz(3),
  cancelled_at     timestamptz(3),
  refund_asked_at  timestamptz(3),
  refunded_at      timestamptz(3),
  refund_due       boolean not null default false,
  reason           text,
  -- What a rejection names: the variant that is short, the coupon that is used up.
  refusal          jsonb,

  check (total = subtotal - discount),
  check (tax <= total),
  check (not tombstone or (status = 'rejected' and total = 0)),
  check (tombstone or customer_id is not null),
  check ((status = 'paid') = (paid_at is not null)),
  check ((status = 'cancelled') = (cancelled_at is not null)),
  check (refund_asked_at is null or status = 'paid'),
  check (refunded_at is null or (refund_asked_at is not null and not refund_due))
);
create index order_newest on "order" (created_at desc, id desc) where not tombstone;
create index order_of_customer on "order" (customer_id, created_at desc, id desc) where not tombstone;
create index order_of_store on "order" (store_id, created_at desc, id desc) where store_id is not null;
create index order_open on "order" (customer_id) where status in ('pending', 'awaiting_payment');

create table order_line (
  order_id         uuid not null references "order",
  line             int not null check (line between 0 and 500),
  variant_id       uuid not null,
  product_id       uuid not null,
  sku              text not null,
  title_fr         text not null,
  title_en         text not null,
  quantity         int not null check (quantity > 0),
  unit             bigint not null check (unit >= 0),
  discount         bigint not null check (discount >= 0),
  total            bigint not null check (total >= 0),
  tax_class        text not null,
  tax_basis_points int not null check (tax_basis_points between 0 and 10000),
  tax              bigint not null check (tax between 0 and total),
  check (total = quantity * unit - discount),
  primary key (order_id, line)
);
create trigger order_line_kept before update or delete on order_line
  for each row execute function append_only();

-- Where inventory held what of each line.
create table order_allocation (
  order_id   uuid not null,
  line       int not null,
  store_id   uuid not null,
  variant_id uuid not null,
  quantity   int not null check (quantity > 0),
  primary key (order_id, line, store_id),
  foreign key (order_id, line) references order_line
);
create trigger order_allocation_kept before update or delete on order_allocation
  for each row execute function append_only();

-- What people did to an order; what its process did is in saga_log.
create table order_event (
  order_id uuid not null references "order",
  n        bigint generated always as identity,
  kind     text not null check (kind in ('fact', 'note')),
  text     text not null check (length(text) between 1 and 2000),
  actor    uuid,
  at       timestamptz(3) not null default clock_timestamp(),
  primary key (order_id, n)
);
create trigger order_event_kept before update or delete on order_event
  for each row execute function append_only();

-- An order moves along its machine and in no other way, and what was agreed stays as it was.
create function order_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'an order is never removed' using errcode = '55000';
  end if;
  if new.status <> old.status and (old.status, new.status) not in (
    ('pending', 'awaiting_payment'), ('pending', 'rejected'), ('pending', 'cancelled'),
    ('awaiting_payment', 'settling'), ('awaiting_payment', 'cancelled'),
    ('settling', 'paid')
  ) then
    raise exception 'an order does not go from % to %', old.status, new.status using errcode = '23514';
  end if;
  if (new.id, new.number, new.tombstone, new.customer_id, new.store_id, new.cart_id, new.currency,
      new.subtotal, new.discount, new.tax, new.total, new.created_at)
     is distinct from
     (old.id, old.number, old.tombstone, old.customer_id, old.store_id, old.cart_id, old.currency,
      old.subtotal, old.discount, old.tax, old.total, old.created_at) then
    raise exception 'what was ordered does not change' using errcode = '55000';
  end if;
  return new;
end $$;
create trigger order_moves before update or delete on "order"
  for each row execute function order_moves();

-- The lines add up to the order: looked at when the order is committed, and when lines come.
create function order_adds_up(wanted uuid) returns void language plpgsql as $$
begin
  if exists (
    select 1 from "order" o
    left join lateral (
      select sum(total) as total, sum(tax) as tax, sum(discount) as discount
      from order_line where order_id = o.id
    ) l on true
    where o.id = wanted
      and (o.total, o.discount) is distinct from (coalesce(l.total, 0), coalesce(l.discount, 0))
  ) then
    raise exception 'the lines of order % do not add up to its total', wanted using errcode = '23514';
  end if;
end $$;
create function order_inserted() returns trigger language plpgsql as $$
begin
  perform order_adds_up(new.id);
  return null;
end $$;
create constraint trigger order_adds_up after insert on "order"
  deferrable initially deferred for each row execute function order_inserted();
create function order_lines_inserted() returns trigger language plpgsql as $$
begin
  perform order_adds_up(order_id) from (select distinct order_id from inserted) i;
  return null;
end $$;
create trigger order_lines_add_up after insert on order_line
  referencing new table as inserted for each statement execute function order_lines_inserted();
