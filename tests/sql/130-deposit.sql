-- Member deposits: facts numbered on, never below zero on any day, postings, taking for a loan and giving back.
begin;
\ir fixture.psql
select no_plan();
create function test.deposit(p_key integer, p_rows bigint[]) returns bigint language sql as $$
	select entry_id from api.deposit_put(test.staff('giaodich'), 1::smallint, test.key(p_key), sha256(p_rows::text::bytea), '{}', test.business(), test.version(), p_rows)
$$;
create function test.row(p_household bigint, p_no integer, p_kind integer, p_on date, p_amount bigint, p_reverses integer default 0) returns bigint[] language sql as $$
	select array[p_household, p_no, p_kind, test.days(p_on), p_amount, p_reverses, 0, 0,
		case p_kind when 1 then 1011 when 2 then 4232 when 3 then 8010 when 5 then 4232 else 0 end,
		case p_kind when 1 then 4232 when 2 then 1011 when 3 then 4232 when 5 then 1011 else 0 end]
$$;
select isnt(test.deposit(1, array[test.row(1, 1, 1, '2022-01-01', 100000)]), null, 'put in');
select results_eq('select facts, balance::bigint from loan.deposit where household_id = 1', 'values (1, 100000::bigint)', 'the sum');
select results_eq('select debit, credit, amount::bigint from loan.deposit_posting', $$ values (1011::smallint, 4232::smallint, 100000::bigint) $$, 'its posting');
select throws_ok($$ select test.deposit(2, array[test.row(1, 1, 1, '2022-01-01', 5)]) $$, 'LN409', null, 'a number is taken once');
select throws_ok($$ select test.deposit(3, array[test.row(1, 3, 1, '2022-01-01', 5)]) $$, 'LN409', null, 'none is left out');
select throws_ok($$ select test.deposit(4, array[test.row(1, 2, 2, '2022-01-01', 100001)]) $$, 'LN018', null, 'not more than there is');
select throws_ok($$ select test.deposit(5, array[test.row(2, 1, 2, '2022-01-01', 1)]) $$, 'LN018', null, 'nor from what isn''t there');
select is((select count(*) from loan.deposit), 1::bigint, 'which leaves nothing');
select throws_ok($$ select test.deposit(6, array[test.row(1, 2, 2, '2021-12-31', 1)]) $$, 'LN018', null, 'not before it was put in');
select isnt(test.deposit(7, array[test.row(1, 2, 2, '2022-01-01', 60000), test.row(2, 1, 1, '2022-01-01', 7000)]), null, 'two households at once');
select results_eq('select household_id, balance::bigint from loan.deposit order by 1', 'values (1::bigint, 40000::bigint), (2, 7000)', 'each its own');
select throws_ok($$ select test.deposit(8, array[test.row(1, 3, 5, '2022-01-01', 0, 1)]) $$, 'LN018', null, 'a reversal that leaves less than nothing');
select isnt(test.deposit(9, array[test.row(2, 2, 5, '2022-01-01', 0, 1)]), null, 'a reversal');
select results_eq('select balance::bigint from loan.deposit where household_id = 2', 'values (0::bigint)', 'takes it out');
select results_eq('select debit, credit, amount::bigint from loan.deposit_posting where household_id = 2 order by entry_id', $$ values (1011::smallint, 4232::smallint, 7000::bigint), (4232::smallint, 1011::smallint, 7000::bigint) $$, 'its posting goes the other way');
select throws_ok($$ select test.deposit(10, array[test.row(2, 3, 5, '2022-01-01', 0, 1)]) $$, 'LN014', null, 'once');
delete from loan.group_member where household_id = 3;
select throws_ok($$ select test.deposit(11, array[test.row(3, 1, 1, '2022-01-01', 5)]) $$, 'LN404', null, 'only members put in');

-- a payment from the deposit
create function test.entry() returns bigint language sql as $$
	insert into loan.entry (branch, business_date, actor, door, method) values (1, test.business(), test.staff('giaodich'), 1, 'loan.pay') returning entry_id
$$;
set local vonvay.branch = '1';
set local vonvay.scope = 'all';
select is(loan.deposit_take(1::smallint, test.entry(), 1, 15000, '2022-01-01', 6600000000000001), 3, 'taken for a loan');
select is((select balance::bigint from loan.deposit where household_id = 1), 25000::bigint, 'the deposit goes down');
select is((select count(*) from loan.deposit_posting where household_id = 1), 2::bigint, 'without a posting of its own');
select throws_ok($$ select loan.deposit_take(1::smallint, test.entry(), 1, 25001, '2022-01-01', 6600000000000001) $$, 'LN018', null, 'not more than there is');
select throws_ok($$ select loan.deposit_return(1::smallint, test.entry(), 1, 14999, '2022-01-01', 6600000000000001) $$, 'LN404', null, 'only what was taken goes back');
select is(loan.deposit_return(1::smallint, test.entry(), 1, 15000, '2022-01-01', 6600000000000001), 4, 'it goes back');
select is((select balance::bigint from loan.deposit where household_id = 1), 40000::bigint, 'all of it');
select throws_ok($$ select loan.deposit_return(1::smallint, test.entry(), 1, 15000, '2022-01-01', 6600000000000001) $$, 'LN404', null, 'once');

-- what is put in late doesn't cover what was taken earlier
update loan.business set business_date = '2022-02-01';
select isnt(test.deposit(20, array[test.row(1, 5, 1, '2022-02-01', 500000)]), null, 'more a month later');
select throws_ok($$ select test.deposit(21, array[test.row(1, 6, 2, '2022-01-15', 40001)]) $$, 'LN018', null, 'a withdrawal of an earlier day sees that day');
select isnt(test.deposit(22, array[test.row(1, 6, 2, '2022-01-15', 40000)]), null, 'up to its balance');
select is(loan.deposit_least(1::smallint, 1, '2022-01-01'), 0::bigint, 'the least of all days');
select is(loan.deposit_least(1::smallint, 1, '2022-02-01'), 500000::bigint, 'from a day on');
select is(loan.deposit_least(1::smallint, 99, '2022-02-01'), 0::bigint, 'of nobody');
set local role vonvay_owner;
select throws_ok('update loan.deposit_fact set amount = 1', 'LN013', null, 'facts are never changed');
select throws_ok('delete from loan.deposit_posting', 'LN013', null, 'nor postings deleted');
reset role;
select results_eq(format('select count(*) from api.deposit_facts(%s, ''{1,2}'')', test.staff('giaodich')), 'values (8::bigint)', 'a clerk sees them');
select results_eq(format('select count(*) from api.deposit_facts(%s, ''{1,2}'')', test.staff('hoiphunu')), 'values (0::bigint)', 'another organisation doesn''t');
select results_eq(format('select * from api.deposit_households(%s, ''{"point":"TXN1"}'')', test.staff('tindung')), 'values (1::bigint), (2)', 'the deposits of a point');
select throws_ok(format('select * from api.deposit_households(%s, ''{"point":"TXN9"}'')', test.staff('tindung')), 'LN404', null, 'no such point');
select * from finish();
rollback;
