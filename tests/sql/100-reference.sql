-- Reference data as shipped: exact, complete for C, and in two times.
begin;
\ir fixture.psql
select no_plan();
select is((select rate_e7 from loan.rate_row where line = '03C' and superseded_at is null), 792480, 'a rate is exact: 7.9248');
select is((select rate_e7 from loan.rate_row where line = '19' and valid_from = '2025-12-01'), 748800, '7.488');
select is((select count(*) from loan.programme), 16::bigint, '16 programmes');
select is((select priority from loan.rate_line where line = '03B-priority'), true, 'a priority line');
select is((select count(*) from loan.organisation), 5::bigint, 'four organisations and direct lending');
select is((api.reference_read(1)).version, test.version(), 'read with its version');
select is((select array_agg(k order by k) from jsonb_object_keys((api.reference_read(1)).data) k),
	'{areas,branch,conflicts,freezes,funds,holidays,limits,lines,organisations,periods,points,policies,priorities,programmes,reliefs,standards}'::text[], 'all lists');
select is((select p from jsonb_array_elements((api.reference_read(1)).data -> 'points') p where p ->> 'code' = 'TXN1'),
	'{"point_id":1,"code":"TXN1","name":"Điểm A Ngo","area":"AL02","valid_from":"2003-01-01","valid_to":null,"days":[{"from_on":"2003-01-01","day":15}],"changes":[],"closed_upto":null,"session_upto":null}', 'a point');
select is((select l from jsonb_array_elements((api.reference_read(1)).data -> 'lines') l where l ->> 'line' = '01'),
	'{"line":"01","code":"01","for_contracts_from":null,"priority":false,"rows":[{"from":"2014-06-06","rate_e7":720000,"applies_to":"all_balances"},{"from":"2015-06-01","rate_e7":660000,"applies_to":"all_balances"},{"from":"2025-12-01","rate_e7":624000,"applies_to":"all_balances"}]}', 'a line');
select is(count(*), 3::bigint, 'three rules for a missed instalment') from loan.policy where name = 'instalment_default';
select is_empty($$ select name from loan.policy where reason = '' $$, 'every policy has its reason');
select throws_ok($$ insert into loan.rate_row (line, valid_from, rate_e7, applies_to, mark) values ('01', '2030-01-01', 624001, 'all_balances', 'demo') $$, '23514', null, 'a rate has at most four decimals');
select throws_ok($$ insert into loan.rate_row (line, valid_from, rate_e7, applies_to, mark) values ('01', '2025-12-01', 624000, 'all_balances', 'demo') $$, '23505', null, 'one row a line and day');
select lives_ok($$ update loan.rate_row set superseded_at = now() where line = '01' and valid_from = '2025-12-01' $$, 'unless what was known is superseded');
select lives_ok($$ insert into loan.rate_row (line, valid_from, rate_e7, applies_to, mark) values ('01', '2025-12-01', 600000, 'all_balances', 'demo') $$, 'by a new row');
select is((select count(*) from loan.rate_row where line = '01' and valid_from = '2025-12-01'), 2::bigint, 'both are kept');
select throws_ok($$ insert into loan.policy (name, from_on, value, reason, mark) values ('session_close_days', '2018-01-01', '3', 'x', 'demo') $$, '23505', null, 'one policy of a name and day');
select throws_ok($$ insert into loan.programme_limit (code, valid_from, cap_basis, mark) values ('01', '2030-01-01', 'household', 'demo') $$, '23514', null, 'a limit has a figure');
select throws_ok($$ insert into loan.point_day (branch, point_id, from_on, day) values (1, 1, '2030-01-01', 32) $$, '23514', null, 'no 32nd day');
select throws_ok($$ update loan.business set began_on = '2017-12-31' $$, '23514', null, 'nothing begins before 2018');
select throws_ok($$ update loan.business set swept_until = business_date + 1 $$, '23514', null, 'nothing is swept ahead');
select throws_ok($$ select api.business_begin(1, '2017-12-31') $$, 'LN007', null, 'nor is a beginning set there');
select test.disburse(test.staff('giaodich'), test.key(1), 6600000000000001, 1, 12000000, '2022-01-01') \g /dev/null
select throws_ok($$ select api.business_begin(1, '2022-01-02') $$, 'LN007', null, 'nor after a fact');
select throws_ok($$ insert into loan.household_member (branch, household_id, member_no, name, search, sex, born_on, relation, representative, entry_id) values (1, 1, 2, 'x', 'x', 'male', '2000-01-01', 'son', true, 1) $$, '23505', null, 'one representative');
select throws_ok($$ insert into loan.group_member (branch, group_id, household_id, from_on, entry_id) values (1, 2, 1, '2022-01-01', 1) $$, '23505', null, 'one group at a time');
select throws_ok($$ insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) values (1, 1, '2021-12-31', 2, 'x', 1) $$, '23505', null, 'one class of a day');
select throws_ok($$ insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) values (1, 1, '2022-12-31', 9, 'x', 1) $$, '23514', null, 'a known one');
select throws_ok($$ insert into loan.span (branch, loan_id, from_on, status, household_id, cell_id) values (1, 1, '2022-01-01', 1, 1, 1) $$, '23503', null, 'a span of a loan that is not there');
select throws_ok($$ insert into loan.portfolio_delta select 1, 999, 1, '2022-01-01', '2022-01-01', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, false $$, '23503', null, 'a change of a cell that is not there');
select * from finish();
rollback;
