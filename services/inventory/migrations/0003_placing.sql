-- What waits for a store is put there in steps: the next ones are found without looking at the rest.
-- allow index: rows come with new variants only, and wait for as long as this takes
create index unplaced_stock_waiting on unplaced_stock (store_code, variant_id);
-- allow index: rows come with new variants only, and wait for as long as this takes
create index unplaced_stock_variant on unplaced_stock (variant_id);
-- allow drop: the first one above begins with the same column
drop index unplaced_stock_code;
