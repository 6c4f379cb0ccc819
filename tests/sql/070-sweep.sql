-- The night in SQL: lease and fencing, a chunk once, stale loans to retry, held loans, the end of a day.
begin;
\ir fixture.psql
select no_plan();
select test.disburse(test.staff('giaodich'), test.key(h::integer), 6600000000000000 + h, h, 10000000 * h, '2022-01-01') from generate_series(1, 3) h \g /dev/null
select test.staff('night') as night, test.staff('quantri') as admin \gset
create function test.run(p_key integer, p_until date) returns text language sql as $$
	select reply from api.sweep_run(test.staff('quantri'), 1::smallint, test.key(p_key), sha256('run'), '{}', test.business(), test.version(), p_until)
$$;
select is_empty(format('select * from api.sweep_next(%s)', :night), 'nothing to do');
select throws_ok($$ select test.run(100, '2021-12-31') $$, 'LN007', null, 'a day swept already can''t be asked for');
select matches(test.run(101, '2022-01-20'), '^{"run_id":"\d+","from_on":"2022-01-02","until_on":"2022-01-20"}$', 'a run is asked for');
select matches(test.run(101, '2022-01-20'), '^{"run_id":"\d+","from_on":"2022-01-02","until_on":"2022-01-20"}$', 'its reply is kept with its key');
select throws_ok($$ select test.run(102, '2022-01-20') $$, 'LN011', null, 'one at a time');
select is(api.sweep_status(:admin) -> 'run' ->> 'state', 'asked', 'whoever asks sees it');
select run_id as run from api.sweep_next(:night) \gset
select results_eq(format('select day, until_on, state from api.sweep_next(%s)', :night), $$ values (date '2022-01-02', date '2022-01-20', 'asked') $$, 'the next day');

select is(api.lease_take(:night, 'sweep', 'one', 0, 60), 1::bigint, 'the lease is free');
select is(api.lease_take(:night, 'sweep', 'two', 0, 60), 0::bigint, 'then it is not');
select is(api.lease_take(:night, 'sweep', 'two', 1, 60), 0::bigint, 'nobody keeps it for another');
select is(api.lease_take(:night, 'sweep', 'one', 1, 60), 1::bigint, 'its holder keeps it');
select is(api.lease_take(:night, 'sweep', 'one', 0, 60), 2::bigint, 'and after a restart takes it anew');
select throws_ok(format('select api.sweep_begin_day(%s, 1, %s, ''2022-01-02'')', :night, :run), 'LN421', null, 'who was fenced off writes nothing');
update loan.lease set until = now() - interval '1 s';
select throws_ok(format('select api.sweep_begin_day(%s, 2, %s, ''2022-01-02'')', :night, :run), 'LN421', null, 'nor who let it run out');
select is(api.lease_take(:night, 'sweep', 'two', 0, 60), 3::bigint, 'another may take it then');

select is(api.sweep_idle_days(:night, 3, :run, '2022-01-02', '2022-01-10'), date '2022-01-10', 'days on which nothing happens end together');
select results_eq('select business_date, swept_until from loan.business', $$ values (date '2022-01-10', date '2022-01-10') $$, 'they are swept');
select is((select count(*) from loan.sweep_day), 9::bigint, 'each with its row');
select is(api.sweep_idle_days(:night, 3, :run, '2022-01-02', '2022-01-12'), null, 'not again');
insert into loan.agenda (branch, point_id, due_on, loan_id, reason) values (1, 1, '2022-01-13', 6600000000000001, 3);
select is(api.sweep_idle_days(:night, 3, :run, '2022-01-11', '2022-01-20'), date '2022-01-12', 'up to the day before a date of a loan');
select results_eq(format('select * from api.sweep_agenda_dates(%s, ''2022-01-12'', ''2022-01-13'', 0, 10)', :night), 'values (6600000000000001)', 'whose loans it names');
select results_eq(format('select * from api.sweep_agenda(%s, 1, ''2022-12-01'', ''2023-01-02'', 6600000000000001, 10)', :night), 'values (6600000000000002), (6600000000000003)', 'loans of a session');
select is_empty(format('select * from api.sweep_agenda(%s, 2, ''2022-12-01'', ''2023-01-02'', 0, 10)', :night), 'of this point only');

select lives_ok(format('select api.sweep_begin_day(%s, 3, %s, ''2022-01-13'')', :night, :run), 'a day begins');
select lives_ok(format('select api.sweep_begin_day(%s, 3, %s, ''2022-01-13'')', :night, :run), 'may begin again');
select throws_ok(format('select api.sweep_begin_day(%s, 3, %s, ''2022-01-12'')', :night, :run), 'LN007', null, 'but not an earlier one');
select results_eq('select business_date, swept_until from loan.business', $$ values (date '2022-01-13', date '2022-01-12') $$, 'it is the business date');

-- The chunk moves 1,000,000 of each loan to overdue; the version of the second is old.
create function test.chunk(p_point integer, p_after bigint, p_loans bigint[], p_old bigint, out entry_id bigint, out stale bigint[]) language sql as $$
	with s as (select s.* from loan.state s where s.loan_id = any (p_loans))
	select r.* from api.sweep_chunk(test.staff('night'), 3, '2022-01-13', p_point, '2022-01-13', p_after, 6600000000000003, cardinality(p_loans), p_loans, '2022-01-13', test.version(),
		(select array_agg(array[loan_id, case loan_id when p_old then 0 else version end, 2, 0, 19005, disbursed, paid, in_term - 1000000, overdue + 1000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 19005, 4, 0, facts] || test.plain()) from s),
		'{}', '{}', '{}', (select array_agg(array[loan_id, 3, 19005, 0, 1000000]) from s), '{}',
		(select array_agg(array[loan_id, 19005, 2112, 2111, 1000000]) from s),
		(select array_agg(array[loan_id, 0, 1, 19005, -1, -in_term, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) from s),
		(select array_agg(array[loan_id, 19005, 2, 0, 0, 0]) from s), '{}') r
$$;
select results_eq($$ select entry_id > 0, stale from test.chunk(1, 0, '{6600000000000001,6600000000000002}', 6600000000000002) $$, $$ values (true, '{6600000000000002}'::bigint[]) $$, 'a chunk is written without its stale loan');
select results_eq('select loan_id, version, overdue::bigint from loan.state order by 1', $$ values (6600000000000001, 2, 1000000::bigint), (6600000000000002, 1, 0::bigint), (6600000000000003, 1, 0::bigint) $$, 'all rows of it');
select results_eq('select loan_id from loan.transition', 'values (6600000000000001)', 'nothing of the stale one');
select results_eq('select loan_id from loan.posting where debit = 2112', 'values (6600000000000001)', 'no posting');
select results_eq('select loan_id, status from loan.span where from_on = ''2022-01-13''', 'values (6600000000000001, 2::smallint)', 'no span');
select results_eq($$ select entry_id, stale from test.chunk(1, 0, '{6600000000000001,6600000000000002}', 0) $$, $$ values (0::bigint, '{}'::bigint[]) $$, 'the same chunk again writes nothing');
select results_eq('select loan_id, version from loan.state order by 1', $$ values (6600000000000001, 2), (6600000000000002, 1), (6600000000000003, 1) $$, 'nothing at all');
select results_eq(format('select point_id, session_on, after_loan, last_loan from api.sweep_chunks_done(%s, ''2022-01-13'')', :night), $$ values (1, date '2022-01-13', 0::bigint, 6600000000000003) $$, 'its checkpoint');
select is(api.sweep_end_day(:night, 3, :run, '2022-01-13', 0, 0, 0, 0), false, 'the day can''t end while a loan waits');
select results_eq(format('select * from api.sweep_retry_list(%s, ''2022-01-13'', 10)', :night), 'values (6600000000000002)', 'to be swept again');
select results_eq($$ select entry_id, stale from test.chunk(-1, 0, '{6600000000000002}', 6600000000000002) $$, $$ values (0::bigint, '{6600000000000002}'::bigint[]) $$, 'stale again: no entry for nothing');
select results_eq($$ select entry_id > 0, stale from test.chunk(-1, 0, '{6600000000000002}', 0) $$, $$ values (true, '{}'::bigint[]) $$, 'then it is written');
select is_empty('select * from loan.sweep_retry', 'and leaves the list');

select api.sweep_hold(:night, 3, '2022-01-13', 6600000000000003, 'overflow'), api.sweep_hold(:night, 3, '2022-01-13', 6600000000000003, 'again') \g /dev/null
select results_eq(format('select loan_id, reason from api.sweep_held(%s)', :admin), $$ values (6600000000000003, 'overflow') $$, 'a loan is held once');
select is((select held from api.loan_read(:admin, '{6600000000000003}')), true, 'which its reader is told');
select is(api.sweep_end_day(:night, 3, :run, '2022-01-13', 0, 0, 0, 0), true, 'the day ends');
select is(api.sweep_end_day(:night, 3, :run, '2022-01-13', 0, 0, 0, 0), true, 'once');
select results_eq('select loans_read, loans_changed, transitions from loan.sweep_day where on_day = ''2022-01-13''', 'values (4::bigint, 2::bigint, 2::bigint)', 'with the counts of its chunks');
select is((select bool_and(folded) from loan.portfolio_delta), true, 'summaries are folded');
select throws_ok(format('select api.sweep_end_day(%s, 3, %s, ''2022-01-15'', 0, 0, 0, 0)', :night, :run), 'LN007', null, 'no day is left out');
select test.version() as version \gset
select lives_ok(format('select api.sweep_release(%s, 1::smallint, test.key(110), sha256(''r''), ''{}'', test.business(), test.version(), 6600000000000003)', :admin), 'somebody releases it');
select is_empty(format('select * from api.sweep_held(%s)', :admin), 'it is held no longer');
select results_eq('select on_day, loan_id from loan.sweep_retry', $$ values (date '2022-01-14', 6600000000000003) $$, 'the next night takes it');
select throws_ok(format('select api.sweep_release(%s, 1::smallint, test.key(111), sha256(''r''), ''{}'', test.business(), test.version(), 6600000000000003)', :admin), 'LN404', null, 'what is not held is not released');
select is(api.sweep_idle_days(:night, 3, :run, '2022-01-14', '2022-01-20'), null, 'a day with a retry is not idle');
delete from loan.sweep_retry;

select lives_ok(format('select api.sweep_session_done(%s, 3, 1, ''2022-01-15'')', :night), 'a session is done');
select lives_ok(format('select api.sweep_session_done(%s, 3, 1, ''2021-12-15'')', :night), 'an earlier one');
select results_eq(format('select * from api.sweep_points(%s)', :night), $$ values (1, date '2022-01-15'), (2, null) $$, 'does not take it back');
select is(api.sweep_idle_days(:night, 3, :run, '2022-01-14', '2022-02-20'), date '2022-01-20', 'never beyond the run');
select is((select state from loan.sweep_run), 'done', 'which is done with its last day');
select is_empty(format('select * from api.sweep_next(%s)', :night), 'nothing more to do');
select throws_ok($$ select api.business_begin(1, '2022-01-01') $$, 'LN014', null, 'the beginning stays once a night has run');

-- Households whose status ends by itself.
select matches(test.run(121, '2024-12-31'), 'run_id', 'another run');
select run_id as run from api.sweep_next(:night) \gset
select is(api.sweep_idle_days(:night, 3, :run, '2022-01-21', '2024-12-31'), date '2024-12-30', 'a household''s day is not idle either');
create function test.due(p_day date, p_areas text[]) returns table (household_id bigint, reason text, before jsonb, now jsonb, loan_programmes text, loan_balances bigint[], loan_overdue bigint[]) language sql as $$
	select household_id, reason, before, now, loan_programmes, loan_balances, loan_overdue from api.sweep_households_due(test.staff('night'), p_day, '{}', p_areas, 0, 10)
$$;
select results_eq($$ select household_id, reason, now -> 'classes', now -> 'attributes', now -> 'residence', now -> 'members', now #>> '{groups,0,group}', loan_programmes, loan_balances, loan_overdue from test.due('2024-12-31', '{}') $$,
	$$ values (3::bigint, 'escaped_end', '[{"from":"2021-12-31","class":3}]'::jsonb, '[{"from":"2015-01-01","bits":1}]'::jsonb, '[{"from":"2015-01-01","area":"AL02"}]'::jsonb, '[{"no":1,"born_on":"1985-05-05","from":null,"until":null}]'::jsonb, '2', '01', '{30000000}'::bigint[], '{0}'::bigint[]) $$, 'with what C asks for');
select is(before, now, 'nothing of it is new') from test.due('2024-12-31', '{}');
select results_eq($$ select household_id, reason from test.due('2024-12-31', '{AL07}') $$, $$ values (3::bigint, 'escaped_end'), (4, 'area'), (5, 'area'), (6, 'area') $$, 'and the households of a unit that changed');
-- what was written on a business date is known to the night after it
insert into loan.entry (branch, business_date, actor, door, method) values (1, '2024-12-29', 1, 1, 'test'), (1, '2024-12-30', 1, 1, 'test'), (1, '2024-12-31', 1, 1, 'test');
update loan.household_class set superseded_by = (select max(entry_id) - 1 from loan.entry) where household_id = 3;
insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) select 1, 3, '2021-12-31', 4, 'QĐ 2', max(entry_id) - 1 from loan.entry;
insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) select 1, 3, '2024-12-01', 1, 'QĐ 3', max(entry_id) from loan.entry;
update loan.group_member set until_on = '2024-12-28', ended_by = (select max(entry_id) - 1 from loan.entry) where household_id = 3;
select results_eq($$ select before -> 'classes', before #>> '{groups,0,until}', now -> 'classes', now #>> '{groups,0,until}' from test.due('2024-12-31', '{}') $$,
	$$ values ('[{"from":"2021-12-31","class":3}]'::jsonb, null::text, '[{"from":"2021-12-31","class":4}]'::jsonb, '2024-12-28') $$, 'the night before did not know, nor does this one what is written while it runs');
select isnt(api.sweep_households(:night, 3, '2024-12-31', '[{"household":3,"reason":"escaped_end","lost":["09"],"gained":[],"reasons":{"09":["escaped_too_long"]},"next_on":"2026-05-05","next_reason":"adult"}]'), 0::bigint, 'what changed is written');
select is(api.sweep_households(:night, 3, '2024-12-31', '[{"household":3,"reason":"escaped_end","lost":["09"],"gained":[],"reasons":{}}]'), 0::bigint, 'once');
select results_eq('select reasons from loan.eligibility_change', $$ values ('{"09":["escaped_too_long"]}'::jsonb) $$, 'with its reasons');
select is(api.sweep_households(:night, 3, '2024-12-31', '[{"household":4,"next_on":"2026-05-05","next_reason":"adult"},{"household":3,"next_on":"2026-05-05","next_reason":"dated"}]'), 0::bigint, 'no change, but a day to look again');
select results_eq($$ select household_id, reason from loan.household_agenda where on_day = '2026-05-05' order by 1 $$, $$ values (3::bigint, 'adult'), (4, 'adult') $$, 'one a day');
select isnt(api.sweep_programmes(:night, 3, '2024-12-31', '[{"programme":"01","purpose":"","open":true,"first":true,"reasons":[]},{"programme":"07","purpose":"","open":true,"first":true,"reasons":[]}]'), 0::bigint, 'what lends');
select isnt(api.sweep_programmes(:night, 3, '2024-12-31', '[{"programme":"07","purpose":"","open":false,"first":false,"reasons":["programme_closed"]}]'), 0::bigint, 'and ceases to');
select results_eq(format('select * from api.sweep_programmes_known(%s)', :night), $$ values ('01', '', true), ('07', '', false) $$, 'is known');
select api.sweep_fail(:night, :run, 'broken') \g /dev/null
select is(api.sweep_status(:admin) -> 'run' ->> 'state', 'failed', 'a run fails');
select is(api.sweep_status(:admin) -> 'run' ->> 'error', 'broken', 'and says why');
select is(api.sweep_status(:admin) ->> 'swept_until', '2024-12-30', 'what is swept stays');
select is(api.lease_take(:night, 'sweep', 'two', 3, 0), 3::bigint, 'the lease is given back');
select is(api.lease_take(:night, 'sweep', 'one', 0, 60), 4::bigint, 'and free');
select * from finish();
rollback;
