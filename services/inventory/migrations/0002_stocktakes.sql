-- A stocktake has its totals beside it, and is closed in steps (`closing`): neither its answer nor
-- a transaction may grow with the number of its lines.

-- `closed_through` is the last variant that closing has corrected.
alter table stocktake add column line_count int not null default 0;
alter table stocktake add column counted_count int not null default 0;
alter table stocktake add column differing_count int not null default 0;
alter table stocktake add column corrected_count int not null default 0;
alter table stocktake add column closed_through uuid;
update stocktake set line_count = n.lines, counted_count = n.counted,
  differing_count = n.differing, corrected_count = n.corrected
from (
  select stocktake_id, count(*) as lines, count(counted) as counted,
    count(*) filter (where counted <> expected) as differing,
    count(*) filter (where change <> 0) as corrected
  from stocktake_count group by stocktake_id
) as n where n.stocktake_id = stocktake.id;
-- allow drop: the new one takes its place, and allows all that it allowed
alter table stocktake drop constraint stocktake_state_check;
-- allow constrain: a store has a handful of stocktakes, and the version before writes two of the three
alter table stocktake add constraint stocktake_state_check
  check (state in ('open', 'closing', 'closed'));
-- allow index: a store has a handful of stocktakes
-- allow constrain: of each store one is open at most already
create unique index stocktake_unclosed on stocktake (location_id) where state <> 'closed';
-- allow drop: the one above says the same, and more
drop index stocktake_open;
-- allow index: a store has a handful of stocktakes
create index stocktake_of on stocktake (location_id, id);
-- allow index: a stocktake in the making waits for as long as this takes
create index stocktake_count_differing on stocktake_count (stocktake_id, variant_id)
  where counted <> expected;
-- allow index: a stocktake in the making waits for as long as this takes
create index stocktake_count_uncounted on stocktake_count (stocktake_id, variant_id)
  where counted is null;
