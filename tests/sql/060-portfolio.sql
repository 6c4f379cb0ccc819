-- Summaries of any day: grouping, communes as valid on the day, borrowers once a row, sums unchanged by the fold.
begin;
\ir fixture.psql
select no_plan();
select test.disburse(test.staff('giaodich'), test.key(h::integer), 6600000000000000 + h, h, 10000000 * h, '2022-01-01') from generate_series(1, 6) h \g /dev/null
select test.disburse(test.staff('giaodich'), test.key(7), 6600000000000007, 1, 1000000, '2022-01-01') \g /dev/null
create function test.rows(p_day date, p_by text[]) returns table (key text[], loans bigint, in_term bigint, borrowers bigint) language sql as $$
	select p.key, sum(p.loans)::bigint, sum(p.in_term)::bigint, max(b.borrowers)
	from api.portfolio(test.staff('giaodich'), p_day, p_by) p
	left join api.portfolio_borrowers(test.staff('giaodich'), p_day, p_by) b using (key) group by 1 order by 1
$$;
select results_eq($$ select * from test.rows('2022-01-01', '{}') $$, $$ values ('{}'::text[], 7::bigint, 211000000::bigint, 6::bigint) $$, 'the total');
select is_empty($$ select * from test.rows('2021-12-31', '{}') $$, 'nothing the day before');
select results_eq($$ select * from test.rows('2022-01-01', '{organisation}') $$,
	$$ values ('{farmers}'::text[], 4::bigint, 71000000::bigint, 3::bigint), ('{women}', 3, 140000000, 3) $$, 'by organisation');
select results_eq($$ select * from test.rows('2025-06-30', '{commune}') $$,
	$$ values ('{AL02}'::text[], 4::bigint, 61000000::bigint, 3::bigint), ('{AL07}', 3, 150000000, 3) $$, 'by commune before the merger');
select results_eq($$ select * from test.rows('2025-07-01', '{commune}') $$,
	$$ values ('{AL07}'::text[], 3::bigint, 150000000::bigint, 3::bigint), ('{ALX2}', 4, 61000000, 3) $$, 'and from the day of it on');
select results_eq($$ select * from test.rows('2022-01-01', '{status,point,programme}') $$,
	$$ values ('{in_term,TXN1,01}'::text[], 4::bigint, 61000000::bigint, 3::bigint), ('{in_term,TXN2,01}', 3, 150000000, 3) $$, 'by several words in their order');
select throws_ok($$ select * from api.portfolio(1, '2022-01-01', '{village}') $$, 'LN422', null, 'an unknown word');
select throws_ok($$ select * from api.portfolio_borrowers(1, '2022-01-01', '{village}') $$, 'LN422', null, 'also for borrowers');

select test.pay(test.staff('giaodich'), gen_random_uuid(), 6600000000000002, 1000000, '2022-01-01') from generate_series(1, 1) \g /dev/null
select test.pay(test.staff('giaodich'), gen_random_uuid(), 6600000000000002, 2000000, '2022-01-01') \g /dev/null
insert into loan.portfolio_delta select branch, cell_id, status, effective_on + 1, recorded_on, 1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, false from loan.portfolio_delta;
insert into loan.portfolio_delta select branch, cell_id, 2, effective_on + 2, recorded_on, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false from loan.portfolio_delta;
create temporary table before as select d as day, p.* from generate_series(date '2022-01-01', '2022-01-03', '1 day') d, lateral api.portfolio(test.staff('night'), d::date, '{commune,organisation}') p;
select count(*) as before from loan.portfolio_delta \gset
select api.lease_take(test.staff('night'), 'sweep', 'test', 0, 60) as fencing \gset
select loan.enter(1) \g /dev/null
select loan.portfolio_fold(1::smallint, '2021-12-31') \g /dev/null
select is((select count(*) from loan.portfolio_delta), :before::bigint, 'what was recorded later is not folded yet');
select loan.portfolio_fold(1::smallint, '2022-01-01') \g /dev/null
select is(count(*), 8::bigint, 'one row a cell, status and day, none for nothing') from loan.portfolio_delta;
select is(bool_and(folded), true, 'all marked') from loan.portfolio_delta;
select results_eq($$ select d as day, p.* from generate_series(date '2022-01-01', '2022-01-03', '1 day') d, lateral api.portfolio(test.staff('night'), d::date, '{commune,organisation}') p $$,
	'select * from before', 'sums of every day are what they were');
select loan.portfolio_fold(1::smallint, '2022-01-01') \g /dev/null
select is(count(*), 8::bigint, 'folding again changes nothing') from loan.portfolio_delta;

select * from finish();
rollback;
