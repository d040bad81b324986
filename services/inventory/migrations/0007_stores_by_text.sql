-- Stores are found by any part of their name, code, town or postal code, by index.
create extension if not exists pg_trgm;
-- allow rewrite: Stores are a few thousand rows at most.
alter table location add column if not exists search_text text generated always as (
  name || E'\n' || code || E'\n' || coalesce(address ->> 'city', '') || E'\n'
  || coalesce(address ->> 'postalCode', '')) stored;
-- allow index: Stores are a few thousand rows at most.
create index if not exists location_search on location using gin (lower(search_text) gin_trgm_ops);
