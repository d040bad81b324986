-- What is read of stock and of its history is read through an index, however long the history is.

-- Kept by the database for `low` (domain/shelves.ts: LOW): an index over on_hand and reserved
-- themselves would be written with every sale.
-- allow rewrite: one row for each variant at each store; no sale is taken for as long as this takes
alter table stock add column low boolean generated always as (on_hand - reserved <= 3) stored;
-- allow index: the table has just been written anew, and is locked anyway
create index stock_low on stock (location_id, variant_id) where low;

-- Whether over all open stores no more than a few can be sold: written when that changes.
alter table stocked_variant add column low boolean not null default true;
update stocked_variant set low = false where variant_id in (
  select variant_id from stock join location l on l.id = location_id
  where l.closed_at is null and l.kind in ('store', 'warehouse')
  group by variant_id having sum(greatest(0, on_hand - reserved)) > 3
);
-- allow index: one row for each variant
create index stocked_variant_low on stocked_variant (variant_id) where low and stocked;

-- The newest first, by `-id`: by `id` the planner would rather look through the primary key from its
-- end, which for a store, or a reason, of which there is little is all of the history.
-- allow index: build it concurrently beforehand where there are many entries
create index if not exists movement_from on movement (from_location, (-id));
-- What is sold goes to the customers, of whom nobody asks by place: a sale writes one index less.
-- allow index: build it concurrently beforehand where there are many entries
create index if not exists movement_to on movement (to_location, (-id))
  where to_location <> '00000000-0000-7000-8000-000000000003';
-- allow index: build it concurrently beforehand where there are many entries
create index if not exists movement_reason on movement (reason, (-id)) where reason <> 'sale';

-- allow index: a handful of transfers is on its way
create index transfer_shipped on transfer (to_location) where state = 'shipped';
-- allow index: transfers wait for as long as this takes
create index transfer_line_variant on transfer_line (variant_id);
