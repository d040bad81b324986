-- The list of people is sorted, filtered and searched by index. Search is by any part of a name or an
-- address, whatever its case.
create extension if not exists pg_trgm;
-- allow index: Where there are very many accounts it is built concurrently before.
create index if not exists users_by_username on users (username, id) where active;
-- allow index: Where there are very many accounts it is built concurrently before.
create index if not exists users_by_email on users (email, id) where active;
-- allow index: Where there are very many accounts it is built concurrently before.
create index if not exists users_by_created_at on users (created_at, id) where active;
-- allow index: Where there are very many accounts it is built concurrently before.
create index if not exists users_by_role on users using gin (roles) where active;
-- allow index: Where there are very many accounts it is built concurrently before.
create index if not exists users_search on users using gin (lower(username) gin_trgm_ops,
  lower(email) gin_trgm_ops, lower(first_name) gin_trgm_ops, lower(last_name) gin_trgm_ops)
  where active;
