-- What was changed about a household today is looked at by the next night, once, from the earliest day on.
begin;
\ir fixture.psql
select no_plan();

select loan.enter(test.staff('giaodich')) \g /dev/null
select loan.household_changed(1::smallint, 1, '2021-12-01'), loan.household_changed(1::smallint, 1, '2021-11-01'),
	loan.household_changed(1::smallint, 1, '2021-12-31'), loan.household_changed(1::smallint, 2, test.business()) \g /dev/null
select results_eq($$ select household_id, on_day, since from loan.household_agenda where reason = 'changed' order by 1 $$,
	$$ values (1::bigint, test.business() + 1, date '2021-11-01'), (2, test.business() + 1, test.business()) $$,
	'a row a household, on the day after the business date, with the earliest day');
select throws_ok($$ select loan.household_changed(1::smallint, 777, '2021-12-01') $$, '23503', null, 'not of a household that is not there');
select * from finish();
rollback;
