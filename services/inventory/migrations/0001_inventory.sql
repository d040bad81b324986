-- Double-entry stock: every change of `stock` has its `movement` from one location to another, so
-- that quantities are conserved by construction. What must never be wrong is a constraint here.

create table location (
  id            uuid primary key,
  code          text not null check (length(code) between 1 and 32),
  name          text not null check (length(name) between 1 and 255),
  kind          text not null
                check (kind in ('store', 'warehouse', 'transit', 'supplier', 'customer', 'loss')),
  address       jsonb not null default '{}',
  latitude      double precision check (latitude between -90 and 90),
  longitude     double precision check (longitude between -180 and 180),
  time_zone     text not null default 'Europe/Paris',
  hours         jsonb,
  phone         text,
  -- Lower is asked first.
  priority      int not null default 100,
  ships_web     boolean not null default false,
  configuration jsonb not null default '{}',
  version       int not null default 1,
  created_at    timestamptz(3) not null default now(),
  updated_at    timestamptz(3) not null default now(),
  closed_at     timestamptz(3),
  check ((latitude is null) = (longitude is null))
);
create unique index location_code on location (code);
create index location_open on location (name, id)
  where closed_at is null and kind in ('store', 'warehouse');

-- The other ends of the ledger's entries. Their ids are part of the program (domain/places.ts).
insert into location (id, code, name, kind, time_zone) values
  ('00000000-0000-7000-8000-000000000001', '#transit',  'In transit', 'transit',  'UTC'),
  ('00000000-0000-7000-8000-000000000002', '#supplier', 'Suppliers',  'supplier', 'UTC'),
  ('00000000-0000-7000-8000-000000000003', '#customer', 'Customers',  'customer', 'UTC'),
  ('00000000-0000-7000-8000-000000000004', '#loss',     'Losses',     'loss',     'UTC');

-- Every variant that inventory has heard of. Whoever changes the stock of a variant holds this row,
-- in the order of the ids: writers of one variant come one after the other, and never in a circle.
create table stocked_variant (
  variant_id uuid primary key,
  sku        text not null,
  -- False for services and downloads: no stock is kept, and there is always enough.
  stocked    boolean not null
);

create table stock (
  location_id uuid not null references location,
  variant_id  uuid not null references stocked_variant,
  on_hand     bigint not null default 0,
  reserved    bigint not null default 0 check (reserved >= 0),
  -- How many were handed over a counter although they were promised to somebody else.
  shortage    bigint not null default 0 check (shortage >= 0),
  primary key (location_id, variant_id),
  constraint no_oversell check (reserved <= on_hand + shortage)
) with (fillfactor = 10, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200);
create index stock_variant on stock (variant_id);

-- What became of an order's hold. A tombstone is a release that came before the hold.
create table reservation (
  order_id uuid primary key,
  state    text not null
           check (state in ('held', 'committed', 'released', 'restocked', 'tombstone')),
  held_at  timestamptz(3) not null default now(),
  asked_at timestamptz(3)
) with (fillfactor = 80);
create index reservation_held on reservation (held_at) where state = 'held';
create table reservation_line (
  order_id    uuid not null references reservation,
  line        int not null check (line >= 0),
  location_id uuid not null,
  variant_id  uuid not null,
  quantity    int not null check (quantity > 0),
  primary key (order_id, line, location_id)
);
create trigger reservation_line_kept before update or delete on reservation_line
  for each row execute function append_only();

create table movement (
  id            bigint generated always as identity primary key,
  command_id    uuid not null,
  variant_id    uuid not null,
  from_location uuid not null references location,
  to_location   uuid not null references location,
  quantity      bigint not null check (quantity > 0),
  reason        text not null check (length(reason) between 1 and 64),
  -- The order, transfer, stocktake or import that it belongs to.
  reference     uuid,
  note          text,
  actor         text,
  at            timestamptz(3) not null default clock_timestamp(),
  unique (command_id, variant_id, from_location, to_location),
  check (from_location <> to_location)
);
create index movement_variant on movement (variant_id, id);
create index movement_reference on movement (reference) where reference is not null;
create trigger movement_kept before update or delete on movement
  for each row execute function append_only();

create table transfer (
  id            uuid primary key,
  number        bigint generated always as identity unique,
  from_location uuid not null references location,
  to_location   uuid not null references location,
  state         text not null check (state in ('draft', 'shipped', 'received', 'cancelled')),
  note          text,
  drafted_by    uuid,
  drafted_at    timestamptz(3) not null default now(),
  shipped_at    timestamptz(3),
  ended_at      timestamptz(3),
  check (from_location <> to_location)
);
create index transfer_from on transfer (from_location, id);
create index transfer_to on transfer (to_location, id);
create table transfer_line (
  transfer_id uuid not null references transfer,
  variant_id  uuid not null references stocked_variant,
  sent        int not null check (sent > 0),
  received    int not null default 0 check (received >= 0),
  lost        int not null default 0 check (lost >= 0),
  returned    int not null default 0 check (returned >= 0),
  lost_reason text,
  primary key (transfer_id, variant_id),
  check (received + lost + returned <= sent)
);

create table stocktake (
  id          uuid primary key,
  location_id uuid not null references location,
  state       text not null check (state in ('open', 'closed')),
  started_by  uuid,
  started_at  timestamptz(3) not null default now(),
  closed_at   timestamptz(3)
);
-- One count of a place at a time, or two would correct the same difference twice.
create unique index stocktake_open on stocktake (location_id) where state = 'open';
create table stocktake_count (
  stocktake_id uuid not null references stocktake,
  variant_id   uuid not null references stocked_variant,
  -- What was there by the books and by the count, at the moment of counting.
  expected     bigint,
  counted      bigint check (counted >= 0),
  counted_at   timestamptz(3),
  counted_by   uuid,
  -- What closing it corrected.
  change       bigint,
  primary key (stocktake_id, variant_id),
  check ((expected is null) = (counted is null))
);

-- First stock of variants for stores that are not there yet: it is put into them when they open.
-- Without a code it is for the store that ships web orders.
create table unplaced_stock (
  event_id   uuid not null,
  variant_id uuid not null references stocked_variant,
  store_code text,
  quantity   int not null check (quantity > 0),
  at         timestamptz(3) not null default now()
);
create index unplaced_stock_code on unplaced_stock (store_code);
