-- Roles of the cluster. Run once by an administrator; safe to run again. Passwords are set apart from this file.
-- app_owner migrates; app_rw serves and has no table rights of its own; each road is a role with one policy a table.
do $roles$
declare
  name text;
begin
  foreach name in array array['app_owner', 'app_rw', 'road_unit', 'road_made', 'road_grant', 'road_country',
                              'road_journal', 'road_access', 'road_transfer', 'service_auth', 'app_worker'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I nosuperuser nobypassrls noinherit', name);
    end if;
  end loop;
end
$roles$;
alter role app_owner login;
alter role app_rw login;
alter role app_worker login;
grant road_unit, road_made, road_grant, road_country, road_journal, road_access, road_transfer, service_auth to app_rw;
-- an export is read on the road of who asked for it
grant road_unit, road_made, road_grant, road_country, road_transfer, service_auth to app_worker;
-- settings belong to the login role: SET ROLE keeps them (scope.md §1)
alter role app_rw set jit = off;
alter role app_rw set enable_bitmapscan = off;
-- the register lies in memory: else the planner reads whole tables where an index would touch 1 in 20 (tests/persistence/walls)
alter role app_rw set random_page_cost = 1.1;
alter role app_rw set timezone = 'Asia/Ho_Chi_Minh';
alter role app_rw set statement_timeout = '5s';
alter role app_rw set lock_timeout = '3s';
alter role app_rw set idle_in_transaction_session_timeout = '10s';
alter role app_worker set timezone = 'Asia/Ho_Chi_Minh';
alter role app_worker set jit = off;
-- a redraw of units switches triggers off for its own transaction, instead of locking the journal for everybody
grant set on parameter session_replication_role to app_owner;
-- where a redraw and an officer's act wait for each other, the act gives way (503, tried again), not the redraw
grant set on parameter deadlock_timeout to app_owner;
