-- Which kind of trouble a consumer has with its next events (null: none, or noted by a node of the version
-- before), and which node reads the feed at the moment, until when. The lease only saves work:
-- that an event has one effect is decided by the lock of the row and by its position.
alter table feed_cursor
  add column trouble text check (trouble in ('read', 'busy', 'react')),
  add column leased_by text,
  add column leased_until timestamptz;
