-- What write_batch refuses, with which error; and what it writes.
begin;
\ir fixture.psql
select no_plan();
\set loan 6600000000000001
select test.disburse(test.staff('giaodich'), test.key(1), :loan, 1, 12000000, '2022-01-01') \g /dev/null

select results_eq('select version, status, disbursed::bigint, paid::bigint, in_term::bigint, facts, amounts from loan.state',
	$$ values (1, 1::smallint, 12000000::bigint, 0::bigint, 12000000::bigint, 1, '{12000000}'::bigint[]) $$, 'the state after a disbursement');
select results_eq('select no, kind, effective_on, amount::bigint from loan.fact', $$ values (1, 2::smallint, date '2022-01-01', 12000000::bigint) $$, 'its fact');
select results_eq('select debit, credit, amount::bigint from loan.posting', $$ values (2111::smallint, 1011::smallint, 12000000::bigint) $$, 'its posting');
select results_eq('select point_id, due_on, reason from loan.agenda', $$ values (1, date '2023-01-01', 2::smallint) $$, 'its agenda');
select results_eq('select from_on, until_on, status, household_id from loan.span', $$ values (date '2022-01-01', null::date, 1::smallint, 1::bigint) $$, 'its span');
select results_eq('select e.door, e.method, s.name, e.position from loan.entry e join loan.staff s on s.staff_id = e.actor order by entry_id desc limit 1',
	$$ values (1::smallint, 'loan.disburse', 'giaodich', null::bigint) $$, 'its entry has no position yet');

prepare paid(bigint[], bigint[], bigint[]) as select test.pay(test.staff('giaodich'), gen_random_uuid(), 6600000000000001, 1000000, '2022-01-01', $1, $2, $3);

select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01', p_business => '2022-01-02') $$,
	'LN411', null, 'decided for another business date');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01', p_reference => 0) $$,
	'LN411', null, 'decided with other reference data');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-02') $$,
	'LN007', null, 'a fact after the business date');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2021-12-31') $$,
	'LN007', null, 'a fact before the beginning');

update loan.state set version = 7;
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	array[array[6600000000000001,1,1,0,18993,12000000,1000000,11000000,0,0,0,0,0,0,0,0,0,0,18993,3,0,2] || test.plain()]) $$, 'LN409', null, 'a stale version');
update loan.state set version = 1;
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	array[array[6600000000000002,1,1,0,18993,12000000,1000000,11000000,0,0,0,0,0,0,0,0,0,0,18993,3,0,2] || test.plain()]) $$, 'LN001', null, 'an unknown loan');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	p_postings => array[array[6600000000000001,18993,1011,2111,999999]]) $$, 'LN500', null, 'less posted than the balance changes by');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01', p_postings => '{}') $$,
	'LN500', null, 'nothing posted');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	p_postings => array[array[6600000000000001,18993,1011,2112,1000000]]) $$, 'LN500', null, 'posted on another class');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	p_postings => array[array[6600000000000001,18993,1012,2111,1000000]]) $$, '23503', null, 'posted on an unknown account');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	p_postings => array[array[6600000000000001,18993,2111,2111,5],array[6600000000000001,18993,1011,2111,1000000]]) $$, '23514', null, 'debit and credit the same');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	p_facts => '{}') $$, 'LN500', null, 'a state with a fact more than was given');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	p_facts => array[array[6600000000000001,3,4,18993,1000000,0,0,-2147483648,-2147483648,0,0]]) $$, 'LN500', null, 'a gap in the numbers of facts');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	p_facts => array[array[6600000000000001,2,4,18993,1000000,0,0,-2147483648,-2147483648,0,0],array[6600000000000003,1,4,18993,5,0,0,-2147483648,-2147483648,0,0]]) $$, 'LN500', null, 'a fact of a loan without state');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	p_facts => array[array[6600000000000001,2,4,18993,0,0,0,-2147483648,-2147483648,0,0]]) $$, '23514', null, 'a payment of nothing');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	p_facts => array[array[6600000000000001,2,6,18993,0,9,0,-2147483648,-2147483648,0,0]]) $$, '23503', null, 'a reversal of a fact that is not there');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	p_facts => array[array[6600000000000001,2,1,18993,0,0,0,-2147483648,-2147483648,0,0]]) $$, '23514', null, 'an opening without balances');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	array[array[6600000000000001,1,1,0,18993,12000000,900000,11000000,0,0,0,0,0,0,0,0,0,0,18993,3,0,2] || test.plain()]) $$, '23514', null, 'balances that are not what was lent less what was paid');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	array[array[6600000000000001,1,4,0,18993,12000000,1000000,11000000,0,0,0,0,0,0,0,0,0,0,18993,3,0,2] || test.plain()]) $$, '23514', null, 'closed with principal left');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	array[array[6600000000000001,1,1,0,18993,12000000,1000000,11000000,0,0,-2,0,0,0,0,0,0,0,18993,3,0,2] || test.plain()]) $$, '23514', null, 'interest below -1');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	array[array[6600000000000001,1,1,0,18993,12000000,1000000,11000000,0,0,0,3650000000,0,0,0,0,0,0,18993,3,0,2] || test.plain()]) $$, '23514', null, 'a rest of interest that is a đồng');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(9), 6600000000000001, 1000000, '2022-01-01',
	array[array[6600000000000001,1,1,0,18993,13000000,2000000,11000000,0,0,0,0,0,0,0,0,0,0,18993,3,0,2] || test.plain()]) $$, '23514', null, 'more lent than the instalments are');
select is((select concat_ws(',', count(*), max(no)) from loan.fact), '1,1', 'none of these left anything');

select lives_ok($$ select test.pay(test.staff('giaodich'), test.key(2), 6600000000000001, 1000000, '2022-01-01') $$, 'a right one is written');
select is((test.state(:loan)).version, 2, 'one version up');
select is((test.state(:loan)).in_term::bigint, 11000000::bigint, 'the balance less what was paid');
select results_eq($$ select loan_id, version, status, in_term, due_on, amounts, held, group_id, last_on from api.loan_read(test.staff('giaodich'), '{6600000000000001,6600000000000999}') $$,
	$$ values (6600000000000001, 2, 1::smallint, 11000000::bigint, '{19358}'::integer[], '{12000000}'::bigint[], false, 1::bigint, 18993) $$, 'loan_read gives what was written');
select results_eq($$ select no, kind, amount, actor, door, method from api.loan_facts(test.staff('giaodich'), '{6600000000000001}') $$,
	$$ values (1, 2::smallint, 12000000::bigint, 'giaodich', 'unix_socket', 'loan.disburse'), (2, 4::smallint, 1000000::bigint, 'giaodich', 'unix_socket', 'loan.pay') $$, 'loan_facts too');

-- An opening, transitions and their end.
select api.loan_disburse(test.staff('giaodich'), 1::smallint, test.key(20), sha256('o'), '{}', test.business(), test.version(),
	test.contract(6600000000000005, 2), '{}', '{{6600000000000005,0,2,0,18993,9000000,2000000,6000000,1000000,0,500,7,0,0,0,0,0,0,18993,0,0,1,0,0,0,-2147483648,-2147483648,0,-2147483648,-2147483648,0,-2147483648}}',
	'{{6600000000000005,0,9000000,19358}}', '{{6600000000000005,1,1,18993,0,0,0,-2147483648,-2147483648,0,0}}', '{{6600000000000005,1,9000000,6000000,1000000,0,500,7,0,0,0,0}}',
	'{{6600000000000005,4,18993,0,1000000}}', '{}', '{{6600000000000005,18993,2111,4999,6000000},{6600000000000005,18993,2112,4999,1000000}}', '{}',
	'{{6600000000000005,18993,2,0,0,0}}', '{}') \g /dev/null
select is((select opening from loan.fact where loan_id = 6600000000000005), '{9000000,6000000,1000000,0,500,7,0,0,0,0}'::bigint[], 'an opening keeps its balances');
select results_eq($$ select kind, on_day, instalment, amount from api.loan_transitions(test.staff('giaodich'), '{6600000000000005}') $$,
	$$ values (4::smallint, 18993, 0::smallint, 1000000::bigint) $$, 'a transition holds');
select throws_ok(format($$ select api.loan_pay(test.staff('giaodich'), 1::smallint, test.key(21), sha256('p'), '{}', test.business(), test.version(),
	'{{6600000000000005,1,2,0,18993,9000000,2000000,6000000,1000000,0,500,7,0,0,0,0,0,0,18993,0,0,1,0,0,0,-2147483648,-2147483648,0,-2147483648,-2147483648,0,-2147483648}}', '{}', '{}', '{}', '{}', '{{6600000000000005,%s,2}}', '{}', '{}', '{}', '{}', '{}') $$,
	(select max(entry_id) from loan.entry)), 'LN500', null, 'a transition that is not there is not superseded');
select api.loan_pay(test.staff('giaodich'), 1::smallint, test.key(22), sha256('p'), '{}', test.business(), test.version(),
	'{{6600000000000005,1,2,0,18993,9000000,2000000,6000000,1000000,0,500,7,0,0,0,0,0,0,18993,0,0,1,0,0,0,-2147483648,-2147483648,0,-2147483648,-2147483648,0,-2147483648}}', '{}', '{}', '{}', '{}',
	array[array[6600000000000005, (select max(entry_id) from loan.transition), 1]], '{}', '{}', '{}', '{}', '{}') \g /dev/null
select is_empty($$ select * from api.loan_transitions(test.staff('giaodich'), '{6600000000000005}') $$, 'a superseded one no longer holds');
select results_eq('select superseded_by from loan.transition', 'select max(entry_id) from loan.entry', 'and says since which entry');

create function test.books() returns table (loan_id bigint, account integer, posted numeric, stands numeric) language sql as $$
	select s.loan_id, a.account, coalesce(sum(case a.account when p.debit then p.amount when p.credit then -p.amount end), 0), a.stands
	from loan.state s
	cross join lateral (values (2111, s.in_term::numeric), (2112, s.overdue), (2113, s.frozen)) a (account, stands)
	left join loan.posting p on p.loan_id = s.loan_id group by 1, 2, 4
$$;
select is_empty('select * from test.books() where posted <> stands', 'the books are the balances');
select isnt_empty('select * from test.books() where stands <> 0', 'of loans with balances');

-- Spans.
create function test.spans(p_spans bigint[]) returns text language plpgsql as $$
begin
	perform loan.write_spans(1::smallint, '{}', p_spans);
	return (select string_agg(concat_ws(' ', from_on, coalesce(until_on::text, '-'), status), ', ' order by from_on) from loan.span where loan_id = 6600000000000001);
end $$;
select is(test.spans('{{6600000000000001,19000,2,0,0,0}}'), '2022-01-01 2022-01-08 1, 2022-01-08 - 2', 'a span ends where the next begins');
select is(test.spans('{{6600000000000001,19000,1,0,0,0},{6600000000000001,19010,2,0,0,0},{6600000000000001,19010,0,0,0,0}}'),
	'2022-01-01 2022-01-08 1, 2022-01-08 2022-01-18 1', 'the last of one day counts, 0 ends it');
select is(test.spans('{{6600000000000001,18990,1,1,0,0},{6600000000000001,19010,2,0,0,0}}'), '2021-12-29 2022-01-18 1, 2022-01-18 - 2', 'reset forgets all');
select is(test.spans('{{6600000000000001,18980,1,0,0,0}}'), '2021-12-19 - 1', 'an earlier day forgets what was later');
select * from finish();
rollback;
