-- The books: the view over all postings equals the states, sums by day and as known at a position, pages, scope.
begin;
\ir fixture.psql
select no_plan();
select test.disburse(test.staff('giaodich'), test.key(h::integer), 6600000000000000 + h, h, 10000000 * h, '2022-01-01') from generate_series(1, 6) h \g /dev/null
select api.number_entries(test.staff('night')) \g /dev/null
select max(position) as known from loan.entry \gset
update loan.business set business_date = '2022-01-05' where branch = 1;
select test.pay(test.staff('giaodich'), test.key(11), 6600000000000001, 1000000, '2022-01-03') \g /dev/null
select test.pay(test.staff('giaodich'), test.key(12), 6600000000000006, 60000000, '2022-01-05') \g /dev/null

-- the books are the states
select is_empty($$
	select s.loan_id from loan.state s, lateral (
		select coalesce(sum(case 2111 when b.debit then b.amount when b.credit then -b.amount else 0 end), 0),
			coalesce(sum(case 2112 when b.debit then b.amount when b.credit then -b.amount else 0 end), 0),
			coalesce(sum(case 2113 when b.debit then b.amount when b.credit then -b.amount else 0 end), 0)
		from loan.book b where b.loan_id = s.loan_id) b (in_term, overdue, frozen)
	where (s.in_term, s.overdue, s.frozen) is distinct from (b.in_term, b.overdue, b.frozen) $$, 'the three principals of every loan are its accounts');
select is((select count(*) from loan.book), (select count(*) from loan.posting), 'every posting stands in the book once');

select results_eq($$ select account::integer, before_debit, before_credit, debit, credit from api.book_trial(test.staff('giaodich'), '2022-01-02', '2022-01-04', null) where account in (1011, 2111) $$,
	$$ values (1011, 0::bigint, 210000000::bigint, 1000000::bigint, 0::bigint), (2111, 210000000, 0, 0, 1000000) $$, 'before the period and in it');
select results_eq(format($$ select account::integer, debit, credit from api.book_trial(test.staff('giaodich'), '2022-01-01', '2022-01-05', %s) where account = 1011 $$, :known),
	$$ values (1011, 0::bigint, 210000000::bigint) $$, 'as known before the payments');
select is((select sum(debit + before_debit) - sum(credit + before_credit) from api.book_trial(test.staff('giaodich'), '2022-01-03', '2022-01-05', null)), 0::numeric, 'debits are credits');
select is((select sum(credit) from api.book_trial(test.staff('hoinongdan'), '2022-01-01', '2022-01-05', null) where account = 1011), 70000000::numeric, 'an organisation sees the books of its own loans');

select results_eq($$ select before_debit, before_credit, page_debit, page_credit, debit, credit from api.book_account_sums(test.staff('giaodich'), 2111::smallint, '2022-01-02', '2022-01-05', null, '2022-01-03', 99999, 1::smallint, 99) $$,
	$$ values (210000000::bigint, 0::bigint, 0::bigint, 1000000::bigint, 0::bigint, 61000000::bigint) $$, 'sums of an account, and up to a row');
select results_eq($$ select effective_on, loan_id, household_id, contra::integer, debit, credit, actor from api.book_account(test.staff('giaodich'), 1011::smallint, '2022-01-02', '2022-01-05', null, null, null, null, null, 9) $$,
	$$ values ('2022-01-03'::date, 6600000000000001, 1::bigint, 2111, 1000000::bigint, 0::bigint, 'giaodich'), ('2022-01-05', 6600000000000006, 6, 2111, 60000000, 0, 'giaodich') $$, 'rows of an account');
select results_eq($$ with first as (select * from api.book_account(test.staff('giaodich'), 1011::smallint, '2022-01-01', '2022-01-05', null, null, null, null, null, 3))
	select count(*)::integer from first f, lateral (select max(effective_on) as day, max(entry_id) as entry from first) l,
		api.book_account(test.staff('giaodich'), 1011::smallint, '2022-01-01', '2022-01-05', null, l.day, l.entry, 1::smallint, 99, 100) r where f.entry_id = l.entry $$, 'values (5)', 'what follows a page');
select throws_ok($$ select * from api.book_account_sums(1, 1::smallint, '2022-01-01', '2022-01-05', null, null, null, null, null) $$, 'LN404', null, 'an unknown account');

select results_eq($$ select part, account::integer, debit, credit from api.book_day(test.staff('giaodich'), '2022-01-05', null, null) order by part $$,
	$$ values ('after', null::integer, 61000000::bigint, 210000000::bigint), ('before', null, 1000000, 210000000), ('cash', 2111, 60000000, 0), ('lent', null, 0, 0), ('put', null, 0, 0) $$, 'the cash of a day');
select results_eq($$ select part, debit, credit from api.book_day(test.staff('giaodich'), '2022-01-01', 1, null) where part in ('cash', 'lent') order by part $$,
	$$ values ('cash', 0::bigint, 60000000::bigint), ('lent', 0, 60000000) $$, 'of one point');
select results_eq($$ select business_date, actor, method, loans, received, paid, other_received, other_paid from api.book_day_journal(test.staff('giaodich'), '2022-01-05', null, null) $$,
	$$ values ('2022-01-05'::date, 'giaodich', 'loan.pay', 1::bigint, 0::bigint, 0::bigint, 1000000::bigint, 0::bigint), ('2022-01-05', 'giaodich', 'loan.pay', 1, 60000000, 0, 0, 0) $$,
	'who posted what on a day, for it and for other days');
select is((select count(*) from api.book_day_journal(test.staff('giaodich'), '2022-01-05', 1, null)), 1::bigint, 'of one point');
select finish();
rollback;
