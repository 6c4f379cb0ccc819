-- A loan that moves: its cell, its household, who sees it; the places are rows of their own.
begin;
\ir fixture.psql
select no_plan();
\set loan 6600000000000001
select test.disburse(test.staff('giaodich'), test.key(1), :loan, 1, 12000000, '2022-01-01') \g /dev/null
select loan.staff_add(1, 'ango', 'A Ngo', 2, '2018-01-01', p_area => 'AL02') \g /dev/null
select loan.staff_add(1, 'hongha', 'Hồng Hạ', 2, '2018-01-01', p_area => 'AL07') \g /dev/null

create function test.places(p_actor text, p_households bigint[]) returns table (place integer, known boolean) language sql as $$
	select p.* from api.place_numbers(test.staff(p_actor), (select jsonb_agg(jsonb_build_object('household', m.household_id, 'member', 1,
		'group', g.group_id, 'point', g.point_id, 'organisation', g.organisation, 'commune', g.area) order by m.household_id)
		from loan.group_member m join loan.credit_group g using (branch, group_id) where m.household_id = any (p_households))) p
$$;
select results_eq($$ select * from test.places('giaodich', '{4,5}') $$, 'values (1, false), (2, false)', 'new places get the numbers that come next');
select is_empty('select from loan.place', 'asking makes none');
create function test.make(p_household bigint) returns void language sql as $$
	select loan.write_places(1::smallint, (select max(entry_id) from loan.entry), (select jsonb_agg(jsonb_build_object('place', p.place, 'household', m.household_id, 'member', 1,
		'group', g.group_id, 'point', g.point_id, 'organisation', g.organisation, 'commune', g.area))
		from test.places('giaodich', array[p_household]) p, loan.group_member m join loan.credit_group g using (branch, group_id) where m.household_id = p_household))
$$;
select test.make(4);
select results_eq($$ select * from test.places('giaodich', '{4,5}') $$, 'values (1, true), (2, false)', 'the same place has one number');
select throws_ok('select test.make(4)', 'LN409', null, 'made by another meanwhile');

-- What C would decide about a move on 2022-01-01.
create function test.move(p_actor text, p_place integer) returns bigint language sql as $$
	select r.entry_id from loan.state s, lateral api.loan_move(test.staff(p_actor), 1::smallint, gen_random_uuid(), sha256('m'), '{}', test.business(), test.version(),
		array[array[s.loan_id, s.version, 1, 0, 18993, s.disbursed, s.paid, s.in_term, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 18993, 3, 0, s.facts + 1,
			0, 0, 0, -2147483648, -2147483648, 0, -2147483648, -2147483648, p_place, 18993]], '{}',
		array[array[s.loan_id, s.facts + 1, 16, 18993, 0, 0, 0, -2147483648, -2147483648, p_place, 0]], '{}', '{}', '{}', '{}',
		array[array[s.loan_id, s.place, 1, 18993, -1, -s.in_term, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
			array[s.loan_id, p_place, 1, 18993, 1, s.in_term, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
		array[array[s.loan_id, 18993, 1, 0, p_place, 0]], array[array[s.loan_id, 19358, 2]],
		jsonb_build_object('decisions', jsonb_build_array(jsonb_build_object('loan', s.loan_id, 'no', s.facts + 1, 'kind', 'move', 'reason', 'x')))) r
	where s.loan_id = 6600000000000001
$$;
select throws_ok($$ select test.move('ango', 1) $$, 'LN403', null, 'nobody moves a loan out of what they see');
select is((test.state(:loan)).place, 0, 'and it stays');
select lives_ok($$ select test.move('giaodich', 1) $$, 'who sees the branch does');
select results_eq('select household_id, group_id, point_id, organisation, commune from loan.state', $$ values (4::bigint, 3::bigint, 2, 11::smallint, 'AL07') $$, 'the state says where it stands');
select results_eq('select household_id, group_id from loan.contract', $$ values (1::bigint, 1::bigint) $$, 'the contract keeps what it said');
select results_eq('select s.household_id, c.commune from loan.span s join loan.cell c using (branch, cell_id)', $$ values (4::bigint, 'AL07') $$, 'the span follows');
select results_eq('select c.commune, sum(d.in_term)::bigint from loan.portfolio_delta d join loan.cell c using (branch, cell_id) group by 1 order by 1',
	$$ values ('AL02', 0::bigint), ('AL07', 12000000::bigint) $$, 'a delta before the move in the old cell, after it in the new one');
select results_eq('select point_id, due_on, reason from loan.agenda order by 1', $$ values (1, date '2023-01-01', 2::smallint), (2, date '2023-01-01', 2::smallint) $$, 'the new point looks at it too');
select results_eq('select no, kind, reason from loan.decision', $$ values (2, 'move', 'x') $$, 'with the paper');
select is_empty($$ select * from api.loan_read(test.staff('ango'), '{6600000000000001}') $$, 'the old commune no longer sees it');
select is_empty($$ select * from api.loan_facts(test.staff('ango'), '{6600000000000001}') $$, 'nor its facts');
select results_eq($$ select loan_id, household_id, place, first_household, first_household_name from api.loan_read(test.staff('hongha'), '{6600000000000001}') $$,
	$$ values (6600000000000001, 4::bigint, 1, 1::bigint, null::text) $$, 'the new one does, without the name of a household it does not see');
select results_eq($$ select first_household, first_household_name from api.loan_read(test.staff('giaodich'), '{6600000000000001}') $$,
	$$ values (1::bigint, 'Hồ Thị Đào') $$, 'who sees that one reads it');
select results_eq($$ select no, place[2], household_name from api.loan_facts(test.staff('hongha'), '{6600000000000001}') $$,
	$$ values (1, null::bigint, null::text), (2, 4::bigint, 'A Viết Nga') $$, 'and with its facts');
select results_eq($$ select * from api.household_loans(test.staff('giaodich'), 4) $$, 'values (6600000000000001)', 'it is a loan of the new household');
select is_empty($$ select * from api.household_loans(test.staff('giaodich'), 1) $$, 'and none of the old one');
select throws_ok($$ select test.move('giaodich', 9) $$, 'LN500', null, 'a place that is not there');
select lives_ok($$ select test.move('giaodich', 0) $$, 'back to where the contract has it');
select results_eq('select household_id, commune, place from loan.state', $$ values (1::bigint, 'AL02', 0) $$, 'all of it');
select * from finish();
rollback;
