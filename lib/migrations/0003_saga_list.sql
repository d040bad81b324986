-- Operators list processes from the newest on, all or those of one kind, in pages whose cursors are exact to
-- the millisecond. Without these, each page sorted all processes there have ever been.
-- allow index: Starting and moving processes waits while it is built, some seconds per million rows; build it before by hand where that is too long.
create index if not exists saga_newest on saga ((started_at::timestamptz(3)) desc, id desc);
-- allow index: As for the index above, and it may be built before by hand likewise.
create index if not exists saga_kind_newest on saga (kind, (started_at::timestamptz(3)) desc, id desc);
