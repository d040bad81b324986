-- Who writes backups of this database: reads all that is in it, and makes writers wait for a moment
-- (operations/backup/cut.ts: `lock … in share mode` asks for MAINTAIN), but changes no row. It may be run again: then
-- the role gets the password that the file has now. https://www.postgresql.org/docs/18/predefined-roles.html
do $$
declare
  reader text := current_database() || '_backup';
begin
  if not exists (select from pg_roles where rolname = reader) then
    execute format('create role %I login connection limit 6', reader);
  end if;
  execute format('alter role %I password %L', reader,
    btrim(pg_read_file('/run/secrets/postgres/backup-password'), E' \r\n'));
  execute format('grant pg_read_all_data, pg_maintain to %I', reader);
  execute format('grant connect on database %I to %I', current_database(), reader);
end $$;
