-- Who may reach what: forced row-level security, nothing for public, vonvayd only executes api, the auditor only reads.
begin;
\ir fixture.psql
select no_plan();

select is_empty($$ select relname from pg_class where relnamespace = 'loan'::regnamespace and relkind = 'r'
	and not (relrowsecurity and relforcerowsecurity) $$, 'every table of loan forces row-level security');
select is_empty($$ select c.relname from pg_class c where c.relnamespace = 'loan'::regnamespace and c.relkind = 'r'
	and not exists (select from pg_policy p where p.polrelid = c.oid and 'vonvay_api'::regrole = any (p.polroles)) $$,
	'every table of loan has a policy for the functions of api');
select is_empty($$ select relname from pg_class where relnamespace = 'loan'::regnamespace and relkind = 'r'
	and pg_get_userbyid(relowner) <> 'vonvay_owner' $$, 'vonvay_owner owns the tables');
select is_empty($$ select oid::regprocedure from pg_proc where pronamespace in ('api'::regnamespace, 'loan'::regnamespace)
	and (proacl is null or exists (select from aclexplode(proacl) a where a.grantee = 0)) $$, 'public may execute no function');
select is_empty($$ select oid::regprocedure from pg_proc where pronamespace = 'api'::regnamespace
	and (not prosecdef or pg_get_userbyid(proowner) <> 'vonvay_api' or not proconfig @> array['search_path=""']) $$,
	'functions of api run as vonvay_api with an empty search path');
select is_empty($$ select oid::regprocedure from pg_proc where pronamespace in ('api'::regnamespace, 'loan'::regnamespace)
	and obj_description(oid, 'pg_proc') is null $$, 'every function says what it does');
select is_empty($$ select oid::regprocedure from pg_proc where pronamespace = 'api'::regnamespace
	and not has_function_privilege('vonvayd', oid, 'execute') $$, 'vonvayd may execute all of api');
select is_empty($$ select relname from pg_class where relnamespace = 'loan'::regnamespace and relkind in ('r', 'S')
	and (has_table_privilege('vonvayd', oid, 'select') or has_table_privilege('vonvayd', oid, 'insert')) $$,
	'vonvayd reaches no table');
select is_empty($$ select oid::regprocedure from pg_proc where pronamespace = 'loan'::regnamespace
	and has_function_privilege('vonvayd', oid, 'execute') $$, 'vonvayd executes no function of loan');
select is_empty($$ select relname from pg_class where relnamespace = 'loan'::regnamespace and relkind = 'r'
	and has_table_privilege('auditor', oid, 'select') <> (relname not in ('personal', 'personal_past', 'credential')) $$,
	'the auditor reads all tables but personal data and passwords');
select is_empty($$ select relname from pg_class where relnamespace = 'loan'::regnamespace and relkind = 'r'
	and has_table_privilege('auditor', oid, 'insert, update, delete, truncate') $$, 'the auditor writes nothing');
select is_empty($$ select rolname from pg_roles where rolname in ('vonvay_owner', 'vonvay_api', 'vonvayd', 'auditor')
	and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb) $$, 'none of the roles is above the rules');
select is_empty($$ select r.rolname, m.rolname from pg_auth_members a join pg_roles r on r.oid = a.roleid
	join pg_roles m on m.oid = a.member where m.rolname in ('vonvay_api', 'vonvayd', 'auditor') $$, 'nor may one become another');

select is_empty($$ select relname from pg_class where relnamespace = 'loan'::regnamespace and relkind in ('v', 'm')
	and not coalesce(reloptions @> '{security_invoker=true}', false) $$, 'a view shows what its reader may see');
select is_empty($$ select relname from pg_class where relnamespace in ('loan'::regnamespace, 'api'::regnamespace)
	and relkind not in ('r', 'v', 'i', 'S', 'c') $$, 'no kind of table that these walks do not see');
select is_empty($$ select relname from pg_class where relnamespace = 'api'::regnamespace and relkind <> 'c' $$, 'api holds functions only');
select is_empty($$ select c.relname from pg_class c cross join lateral aclexplode(c.relacl) a
	where c.relnamespace = 'loan'::regnamespace and a.grantee not in (select oid from pg_roles where rolname in ('vonvay_owner', 'vonvay_api', 'auditor')) $$,
	'tables are granted to nobody else, least of all to public');
select is_empty($$ select n.nspname from pg_namespace n cross join lateral aclexplode(n.nspacl) a
	where n.nspname in ('loan', 'api') and a.grantee = 0 $$, 'nor are the schemas');
-- A policy that leaves all rows to every scope: reference data and what the daemon keeps for itself, each table by name.
select is_empty($$ select c.relname from pg_policy p join pg_class c on c.oid = p.polrelid
	where 'vonvay_api'::regrole = any (p.polroles) and coalesce(pg_get_expr(p.polqual, p.polrelid), 'true') not like '%scope_branch%'
		and c.relname not in ('branch', 'organisation', 'area', 'point', 'point_day', 'session_change', 'holiday', 'programme',
			'programme_limit', 'instalment_period', 'poverty_standard', 'rate_line', 'rate_row', 'relief', 'policy', 'freeze_limit', 'account', 'figure',
			'code', 'reference_version', 'form', 'programme_conflict', 'programme_priority', 'score_band', 'commission_band',
			'business', 'request_key', 'lease', 'sweep_run', 'import', 'import_part', 'import_error', -- by their functions
			'staff', 'staff_role', 'credential', 'web_session', 'sign_in_try', 'seal', 'data_key') $$, -- read before anybody has a scope
	'a table without a scope has to be named here');

set local role vonvayd;
select throws_ok('select * from loan.contract', '42501', null, 'vonvayd can''t select a table');
select throws_ok('select loan.enter(1)', '42501', null, 'vonvayd can''t call a function of loan');
select lives_ok('select * from api.daemon_state()', 'vonvayd calls api');
set local vonvay.scope = 'all';
select throws_ok('select * from loan.state', '42501', null, 'setting the scope by hand gives vonvayd nothing');
reset role;
set local role auditor;
select lives_ok('select * from loan.household', 'the auditor reads households');
select isnt((select count(*) from loan.household), 0::bigint, 'all of them');
select throws_ok('select * from loan.personal', '42501', null, 'the auditor does not read personal data');
select throws_ok('select api.number_entries(1)', '42501', null, 'the auditor calls nothing of api');
reset role;
set local vonvay.scope = '';
set local role vonvay_owner;
select is((select count(*) from loan.household), 0::bigint, 'not even the owner of the tables sees a row');
reset role;
set local role vonvay_api;
select is((select count(*) from loan.household), 0::bigint, 'without an actor the functions see no household');
select is((select count(*) from loan.state), 0::bigint, 'and no loan');
reset role;
select * from finish();
rollback;
