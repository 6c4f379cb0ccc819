-- What is sealed: every table whose rows hang on an entry, in a canonical text that later changes leave alone.
begin;
\ir fixture.psql
select no_plan();

-- A new table with an entry has to be sealed, or be named here with a reason.
select is_empty($$ select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
	where c.relnamespace = 'loan'::regnamespace and c.relkind = 'r' and a.attname in ('entry_id', 'superseded_by')
		and c.relname not in (select relation from loan.seal_sources())
		and c.relname not in ('household_member', 'household_member_past', -- by their view
			'personal', 'personal_past', -- encrypted and authenticated, encrypted anew when the key changes
			'request_key', 'sweep_chunk', 'credential', -- of the daemon
			'fund', 'area', 'point_day', 'session_change', 'holiday', 'programme_limit', 'instalment_period', 'rate_row', 'policy') $$, -- reference data
	'every table whose rows hang on an entry is sealed');
select is_empty($$ select s.name from loan.seal_sources() s group by s.name having count(*) > 1 $$, 'no kind twice');
select is_empty($$ select s.source from loan.seal_sources() s group by s.source having count(*) > 1 $$, 'no number twice');
select is_empty($$ select s.name, c from loan.seal_sources() s, unnest(s.key || s.columns) c
	where c in ('superseded_by', 'ended_by', 'dissolved_on', 'version', 'search') $$, 'no column that changes later');

-- The text of a row, letter by letter: it never changes.
select test.disburse(test.staff('giaodich'), test.key(1), 6600000000000001, 1, 12000000, '2022-01-01') \g /dev/null
select test.pay(test.staff('giaodich'), test.key(2), 6600000000000001, 1000000, '2022-01-01') \g /dev/null
select api.number_entries(1) \g /dev/null
select max(position) as last from loan.entry \gset
update loan.entry set recorded_at = '2026-06-30 07:08:09.5+07' where position = :last;
create function test.leaf(p_position bigint, p_name text) returns setof text language sql as $$
	select r.body from loan.seal_rows(1::smallint, p_position, p_position) r where split_part(r.name, ' ', 2) = p_name order by 1
$$;
select set_config('timezone', 'America/New_York', true), set_config('datestyle', 'German', true), set_config('bytea_output', 'escape', true) \g /dev/null
select is(test.leaf(:last, 'fact'), format('["fact", 1, %s, 6600000000000001, 2, 4, "2022-01-01", 1000000, 0, null, null, null, 0, null, null]', :last), 'a fact');
select is(test.leaf(:last, 'posting'), format('["posting", 1, %s, 1, 6600000000000001, "2022-01-01", 1011, 2111, 1000000]', :last), 'a posting');
select is(test.leaf(:last, 'entry'), format('["entry", 1, %s, %s, "2026-06-30T00:08:09.500000Z", "2022-01-01", %s, 1, "loan.pay"]', :last,
	(select entry_id from loan.entry where position = :last), test.staff('giaodich')), 'an entry, in UTC whatever the session says');
update loan.audit set hashes = array['\x0aff'::bytea], fields = '{a}', subject = e'x"\n' where entry_id = (select entry_id from loan.entry where position = :last - 1);
select is((select string_agg(substr(l, strpos(l, '"x')), ' ') from (select l from test.leaf(:last - 1, 'audit') l limit 1) x),
	'"x\"\n", "' || (select subject_id from loan.audit where entry_id = (select entry_id from loan.entry where position = :last - 1) order by audit_id limit 1) || '", ["a"], ["0aff"]]',
	'an audit row: hashes in hexadecimal digits, texts quoted');
select is((select string_agg(r.name, ',') from loan.seal_rows(1::smallint, :last, :last) r where r.source = 2), :last || ' fact 6600000000000001/2', 'a row has a name');

-- What ends later is a leaf of the entry that ended it; the row itself reads as before.
insert into loan.transition (branch, entry_id, ordinal, loan_id, kind, effective_on, amount)
select 1, entry_id, 1, 6600000000000001, 1, '2022-01-01', 0 from loan.entry where position = :last - 1;
select test.leaf(:last - 1, 'transition') as before \gset
update loan.transition set superseded_by = (select entry_id from loan.entry where position = :last);
select is(test.leaf(:last - 1, 'transition'), :'before', 'a superseded transition reads as before');
select is((select count(*) from test.leaf(:last, 'transition.superseded')), 1::bigint, 'its end is a leaf of who superseded it');
select is_empty('select loan.seal_orphans(1::smallint)', 'no row without an entry');
insert into loan.work_done (branch, kind, subject, subject_id, on_day, entry_id) values (1, 'x', 'loan', '5', '2022-01-01', 999999);
select results_eq('select loan.seal_orphans(1::smallint)', $$ values ('work_done x/loan/5') $$, 'one without is named');

-- A seal follows the one before.
create function test.seal(p_number integer, p_first bigint, p_previous bytea) returns void language sql as $$
	select api.seal_store(test.staff('night'), p_number, '2022-01-01', '2022-01-01', true, '2026-01-01T00:00:00Z', p_first, p_first,
		1, sha256('root'), sha256('salt'), p_previous, sha256('hash'), '\x0102030405060708', decode(repeat('05', 64), 'hex'))
$$;
select is((select count(*) from api.seal_next(test.staff('night'))), 0::bigint, 'nothing is sealed before the first night');
insert into loan.sweep_run (branch, from_on, until_on, state, asked_by) values (1, '2022-01-02', '2022-01-02', 'done', 1);
insert into loan.sweep_day (branch, on_day, run_id, loans_read, loans_changed, transitions, households_changed)
select 1, '2022-01-02', run_id, 0, 0, 0, 0 from loan.sweep_run;
update loan.business set business_date = '2022-01-02', swept_until = '2022-01-02';
select results_eq(format($$ select number, business_date, first_position, last_position from api.seal_next(test.staff('night')) $$),
	format($$ values (1, '2022-01-01'::date, 1::bigint, %s::bigint) $$, :last), 'then what was written until the day before');
select throws_ok($$ select test.seal(2, 1, sha256('x')) $$, 'LN500', null, 'no seal without the one before');
select throws_ok($$ select test.seal(1, 1, sha256('x')) $$, 'LN500', null, 'nor with another hash of it');
select lives_ok($$ select test.seal(1, 1, decode(repeat('00', 32), 'hex')) $$, 'the first follows zeros');
select throws_ok($$ select test.seal(2, 3, sha256('hash')) $$, 'LN500', null, 'positions have no gap');
select lives_ok($$ select test.seal(2, 2, sha256('hash')) $$, 'the next one follows it');
select is(api.seal_state(test.staff('giaodich')) ->> 'seal', '2', 'the last one is known');
select is((select count(*) from api.seal_next(test.staff('night'))), 0::bigint, 'what is sealed is not sealed again');
grant all on loan.seal, loan.seal_page to vonvay_api;
set local role vonvay_api;
select throws_ok('update loan.seal set number = number', 'LN013', null, 'a seal is never changed');
select throws_ok('delete from loan.seal_page', 'LN013', null, 'nor are its pages');
reset role;
select * from finish();
