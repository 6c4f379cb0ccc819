-- What is watched: balances of a day from the books, groups of moved loans, checks and notices and their guards, bands, scope.
begin;
\ir fixture.psql
select no_plan();
select test.disburse(test.staff('giaodich'), test.key(h::integer), 6600000000000000 + h, h, 10000000 * h, '2022-01-01') from generate_series(1, 6) h \g /dev/null
update loan.business set business_date = '2022-06-01' where branch = 1;
select test.pay(test.staff('giaodich'), test.key(11), 6600000000000001, 1000000, '2022-03-03') \g /dev/null

select set_config('vonvay.branch', '1', false), set_config('vonvay.scope', 'all', false) \g /dev/null
select is_empty($$ select s.loan_id from loan.state s left join loan.balances_on(1::smallint, '2022-06-01') b on b.loan_id = s.loan_id
	where (s.in_term, s.overdue, s.frozen) is distinct from (b.in_term, b.overdue, b.frozen) $$, 'balances of the last day are the states');
select results_eq($$ select in_term from loan.balances_on(1::smallint, '2022-03-02') where loan_id = 6600000000000001 $$, 'values (10000000::bigint)', 'those of a day before are older');
select results_eq($$ select loan_id, group_id from loan.loans_of_groups(1::smallint, 4, '2022-06-01') order by 1 $$,
	'values (6600000000000005, 4::bigint), (6600000000000006, 4)', 'the loans of a group');
insert into loan.place (branch, place_id, household_id, member_no, group_id, point_id, organisation, commune, entry_id)
select 1, 1, 6, 1, 3, 2, 11, 'AL07', min(entry_id) from loan.entry;
insert into loan.fact (branch, loan_id, no, entry_id, kind, effective_on, amount, number) select 1, 6600000000000006, 9, min(entry_id), 16, '2022-05-01', 0, 1 from loan.entry;
select results_eq($$ select group_id from loan.loans_of_groups(1::smallint, null, '2022-04-30') where loan_id = 6600000000000006
	union all select group_id from loan.loans_of_groups(1::smallint, null, '2022-05-01') where loan_id = 6600000000000006 $$, 'values (4::bigint), (3)', 'a loan that moved belongs to its old group before, to the new one from the day on');

-- bands
select results_eq($$ select points::integer from api.score_bands(test.staff('giaodich'), '2022-06-01') where criterion = 'overdue' order by at_least $$, 'values (30), (25), (20), (15), (8), (0)', 'the table of points');
select is((select sum(m) from (select max(points) as m from api.score_bands(test.staff('giaodich'), '2022-06-01') group by criterion) x), 100::bigint, 'full marks are 100 points');
insert into loan.score_band (criterion, from_on, at_least, points, reason, mark) values ('overdue', '2022-07-01', 0, 30, 'test', 'derived');
select is((select count(*) from api.score_bands(test.staff('giaodich'), '2022-07-01') where criterion = 'overdue'), 1::bigint, 'a later table replaces the whole of its criterion');
select throws_ok($$ insert into loan.score_band (criterion, from_on, at_least, points, reason, mark) values ('colour', '2022-07-01', 0, 30, 'x', 'derived') $$, '23514', null, 'no other criterion');

-- inactive, last transaction, scope
select results_eq($$ select loan_id, last_on from api.watch_inactive(test.staff('hoinongdan'), '2022-06-01', '2022-03-01', null, null, null) order by 1 $$,
	$$ values (6600000000000002, '2022-01-01'::date), (6600000000000004, '2022-01-01') $$, 'farmers see the inactive loans of their own groups');
select is((select count(*) from api.watch_inactive(test.staff('giaodich'), '2022-02-28', '2022-02-01', null, null, null)), 6::bigint, 'of a day before');
select is((select count(*) from api.watch_loans(test.staff('giaodich'), 'due', '2022-12-31', null, null, null)), 0::bigint, 'nothing scheduled yet');
select is((select count(*) from api.watch_loans(test.staff('giaodich'), 'due', '2023-01-01', null, 1, null)), 3::bigint, 'scheduled and not settled, of a point');

-- checks and notices
create function test.check(p_who text, p_key integer, p jsonb) returns jsonb language sql as $$
	select reply::jsonb from api.check_record(test.staff(p_who), 1::smallint, test.key(p_key), sha256(p::text::bytea), '{}', test.business(), test.version(), p)
$$;
select is(test.check('hoinongdan', 21, '{"loan":"6600000000000001","by":"Nam","result":"as_agreed"}') ->> 'number', '2022/000001', 'a check gets the next number of its form');
select is(test.check('hoinongdan', 21, '{"loan":"6600000000000001","by":"Nam","result":"as_agreed"}') ->> 'number', '2022/000001', 'asked again it happens once');
select is((select count(*) from loan.loan_check), 1::bigint, 'once');
select throws_ok($$ select test.check('hoinongdan', 22, '{"loan":"6600000000000003","by":"Nam","result":"as_agreed"}') $$, 'LN001', null, 'not a loan of another organisation');
select throws_ok($$ select test.check('hoinongdan', 23, '{"group":"2","by":"Nam","result":"as_agreed"}') $$, 'LN004', null, 'nor its group');
select throws_ok($$ select test.check('giaodich', 24, '{"loan":"6600000000000001","by":"Nam","result":"lost"}') $$, 'LN422', null, 'a loss has an amount');
select throws_ok($$ delete from loan.loan_check $$ , null, null, 'a check is never deleted') where not (select rolsuper from pg_roles where rolname = current_user);
select is((select checked_on from api.check_rows(test.staff('giaodich'), '2022-06-01', '2022-01-01', '2022-03-01', null, null, null) where rule = 'new_loan' and loan_id = 6600000000000001), '2022-06-01'::date, 'what was checked');
select is((select count(*) from api.check_rows(test.staff('hoiphunu'), '2022-06-01', '2022-01-01', '2022-03-01', null, null, null) where rule = 'each_group'), 2::bigint, 'the groups of an organisation');
create function test.notice(p_key integer, p jsonb) returns jsonb language sql as $$
	select reply::jsonb from api.notice_give(test.staff('tindung'), 1::smallint, test.key(p_key), sha256(p::text::bytea), '{}', test.business(), test.version(), p)
$$;
select throws_ok($$ select test.notice(31, '{"month":"2022-07","loans":["6600000000000001"]}') $$, 'LN422', null, 'nothing falls due in that month');
select is(test.notice(32, '{"month":"2023-01","loans":["6600000000000001","6600000000000002"]}'), '{"month":"2023-01","on":"2022-06-01","notices":2}', 'notices of two loans');
select throws_ok($$ select test.notice(33, '{"month":"2023-01","loans":["6600000000000002","6600000000000003"]}') $$, 'LN014', null, 'not twice');
select results_eq($$ select loan_id from api.notice_given(test.staff('giaodich'), '2023-01-01') $$, 'values (6600000000000001), (6600000000000002)', 'who was told');
select is((select count(*) from api.notice_given(test.staff('hoiphunu'), '2023-01-01')), 0::bigint, 'of the own organisation only');
select is((select count(*) from loan.work_checks(1::smallint, '2022-06-01')), 5::bigint, 'five loans wait for their check');
select is((select min(due_on) from loan.work_checks(1::smallint, '2022-06-01')), '2022-01-31'::date, 'thirty days after the disbursement');
select is((select count(*) from loan.work_notices(1::smallint, '2022-11-20')), 4::bigint, 'four wait for their notice');
select is((select min(due_on) from loan.work_notices(1::smallint, '2022-11-20')), '2022-12-02'::date, 'thirty days before');
select finish();
rollback;
