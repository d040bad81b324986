-- Files that somebody gave to be taken over, how far that has come, and what of them was not taken.
-- The bytes are kept here while they are needed: nodes share no disk.
create table import_job (
  id         uuid primary key,
  kind       text not null check (length(kind) between 1 and 64),
  state      text not null check (state in ('receiving', 'waiting', 'running', 'done', 'failed')),
  source     text not null,
  sha256     text,
  bytes      bigint not null default 0 check (bytes >= 0),
  -- Items of the file (things and faults) that are done with, and the line that was reached.
  items      bigint not null default 0,
  line       bigint not null default 0,
  created    bigint not null default 0,
  updated    bigint not null default 0,
  unchanged  bigint not null default 0,
  errors     bigint not null default 0,
  warnings   bigint not null default 0,
  notes      bigint not null default 0,
  actor      text,
  error      text,
  -- Who runs it holds it until then; each batch checks the version, so that only one ever commits.
  lease_until timestamptz,
  version    int not null default 0,
  touched_at timestamptz not null default now(),
  at         timestamptz(3) not null default now(),
  started_at timestamptz(3),
  ended_at   timestamptz(3),
  check ((state in ('done', 'failed')) = (ended_at is not null)),
  check (state = 'receiving' or sha256 is not null or state = 'failed')
);
create index import_job_due on import_job (id) where state in ('waiting', 'running');
-- The same file of the same kind is in work only once.
create unique index import_job_same on import_job (kind, sha256) where state in ('waiting', 'running');

create table import_chunk (
  job_id uuid not null references import_job on delete cascade,
  n      int not null,
  bytes  bytea not null check (length(bytes) <= 262144),
  primary key (job_id, n)
);
alter table import_chunk alter column bytes set storage external;

create table import_fault (
  job_id uuid not null references import_job on delete cascade,
  n      bigint not null,
  line   bigint not null,
  field  text not null,
  level  text not null check (level in ('error', 'warning', 'info')),
  code   text not null,
  value  text not null,
  what   jsonb not null,
  mend   jsonb not null,
  primary key (job_id, n)
);
