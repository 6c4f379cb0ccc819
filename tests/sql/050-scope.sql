-- Everybody sees their own organisation and area; the night sees all; nobody unknown acts.
begin;
\ir fixture.psql
select no_plan();
select test.disburse(test.staff('giaodich'), test.key(h::integer), 6600000000000000 + h, h, 10000000 * h, '2022-01-01') from generate_series(1, 6) h \g /dev/null
select loan.staff_add(1, s.name, s.full_name, s.role, s.from_on::date, s.area, s.organisation, s.point)
from (values ('ango', 'A Ngo', 2, 'AL02', null, null, '2018-01-01'), ('aluoi2', 'A Lưới 2', 2, 'ALX2', null, null, '2018-01-01'),
	('honghaphunu', 'Hồng Hạ, Phụ nữ', 3, 'AL07', 12, null, '2018-01-01'), ('gone', 'Gone', 1, null, null, null, '2018-01-01'),
	('future', 'Future', 1, null, null, null, '2900-01-01'), ('diem1', 'Điểm A Ngo', 1, null, null, 'TXN1', '2018-01-01'),
	('diem2', 'Điểm Hồng Hạ', 1, null, null, 'TXN2', '2018-01-01'), ('diem2phunu', 'Điểm Hồng Hạ, Phụ nữ', 3, null, 12, 'TXN2', '2018-01-01'))
	s (name, full_name, role, area, organisation, point, from_on) \g /dev/null
update loan.staff set until_on = '2020-01-01' where name = 'gone';
create function test.sees(p_name text) returns text language sql as $$
	select concat_ws(' ', (select coalesce(string_agg(loan_id % 10 || '', '' order by loan_id), '-') from api.loan_read(test.staff(p_name), array(select generate_series(6600000000000001, 6600000000000006)))),
		(select coalesce(string_agg(household_id::text, '' order by household_id), '-') from api.household_find(test.staff(p_name), null, null, null, null, 100)),
		(select coalesce(string_agg(loan_id % 10 || '', '' order by loan_id), '-') from api.loan_find(test.staff(p_name), null, null, null, null, null, 100)),
		(select (sum(in_term) / 10000000)::integer from api.portfolio(test.staff(p_name), '2022-01-01', '{}')),
		(select borrowers from api.portfolio_borrowers(test.staff(p_name), '2022-01-01', '{}')),
		(select sum((h ->> 'households')::integer) from jsonb_array_elements(api.targets(test.staff(p_name), '2022-01-01') -> 'histories') h))
$$;
select is(test.sees('giaodich'), '123456 123456 123456 21 6 6', 'a clerk sees the branch');
select is(test.sees('night'), '123456 123456 123456 21 6 6', 'so does the night');
select is(test.sees('hoinongdan'), '124 124 124 7 3 3', 'farmers see the farmers'' groups');
select is(test.sees('hoiphunu'), '356 356 356 14 3 3', 'women see the women''s');
select is(test.sees('ango'), '123 123 123 6 3 3', 'an area sees its own');
select is(test.sees('aluoi2'), '123 123 123 6 3 3', 'with what was merged into it');
select is(test.sees('honghaphunu'), '56 56 56 11 2 2', 'organisation and area both count');
select is(test.sees('diem1'), '123 123 123 6 3 3', 'a point sees its groups');
select is(test.sees('diem2'), '456 456 456 15 3 3', 'the other one too');
select is(test.sees('diem2phunu'), '56 56 56 11 2 2', 'organisation and point both count');

select throws_ok($$ select api.household_read(test.staff('hoinongdan'), 3) $$, 'LN003', null, 'a household of others is not found');
select throws_ok($$ select api.group_read(test.staff('hoinongdan'), 2, null) $$, 'LN004', null, 'nor a group');
select is_empty($$ select * from api.loan_facts(test.staff('hoinongdan'), '{6600000000000003}') $$, 'nor facts');
select is_empty($$ select * from api.group_loans(test.staff('hoinongdan'), 2, null) $$, 'nor loans of a group');
select is_empty($$ select * from api.household_loans(test.staff('hoinongdan'), 3) $$, 'nor of a household');
select is_empty($$ select * from api.household_find(test.staff('hoinongdan'), null, null, array[decode(lpad('3', 64, '0'), 'hex')], null, 9) $$, 'nor by a citizen id');
select isnt_empty($$ select * from api.household_find(test.staff('hoiphunu'), null, null, array[decode(lpad('3', 64, '0'), 'hex')], null, 9) $$, 'which finds it for who may see it');
select throws_ok($$ select test.pay(test.staff('hoinongdan'), test.key(50), 6600000000000003, 1000000, '2022-01-01') $$, 'LN001', null, 'and no payment can be written on it');
select throws_ok($$ select test.disburse(test.staff('hoinongdan'), test.key(51), 6600000000000009, 3, 1000000, '2022-01-01') $$, '42501', null, 'nor a contract of another organisation');
select throws_ok(format('select api.loan_read(%s, ''{}'')', n), 'LN403', null, n || ' may not act')
from unnest(array[0, -1, test.staff('gone'), test.staff('future')]) n;
select throws_ok('select * from api.loan_read(null, ''{}'')', 'LN403', null, 'no actor, no act');
select throws_ok($$ select api.sweep_next(test.staff('hoinongdan')) $$, 'LN403', null, 'work on the whole branch is not for who sees a part');
select throws_ok($$ select api.import_status(test.staff('hoinongdan'), 1, 0, 10) $$, 'LN403', null, 'nor are imports');
select test.sees('hoinongdan') \g /dev/null
select is((select count(*) from api.loan_read(test.staff('giaodich'), '{6600000000000003}')), 1::bigint, 'the scope of a call does not stay for the next');
select results_eq('select name, role, may_act_as from api.staff_by_uid(12345)', $$ values ('demo', 4::smallint, true) $$, 'the uid that ran the demo');
select is_empty('select * from api.staff_by_uid(54321)', 'another uid is nobody');
select results_eq($$ select organisation from api.staff_by_name(test.staff('demo'), 'hoiphunu') $$, 'values (12::smallint)', 'to act as somebody');
select is_empty($$ select * from api.staff_by_name(test.staff('demo'), 'gone') $$, 'who may act today');
select * from finish();
rollback;
