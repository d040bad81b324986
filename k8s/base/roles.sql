-- A new Postgres of a service, as runtime/postgres/databases.ts would make it: the role that serves requests
-- (called as the service), the one that owns the tables and migrates, and nobody else.
do $$
declare
  service text := current_database();
  holder text := service || '_owner';
  secrets text := '/run/secrets/postgres/';
begin
  execute format('create role %I login password %L', service,
    btrim(pg_read_file(secrets || 'password'), E' \r\n'));
  execute format('create role %I login password %L', holder,
    btrim(pg_read_file(secrets || 'owner-password'), E' \r\n'));
  execute format('alter database %I owner to %I', service, holder);
  execute format('alter database %I set search_path = public, pg_temp', service);
  execute format('revoke connect, temporary on database %I from public', service);
  execute format('grant connect, temporary on database %I to %I', service, service);
end $$;

create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists btree_gist;
create extension if not exists citext;

revoke connect, temporary on database postgres, template1 from public;
