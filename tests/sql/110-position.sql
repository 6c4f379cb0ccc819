-- Positions without a gap while two sessions write, one of them rolls back, and two number at once. (Commits: the database is the test's own.)
\ir fixture.psql
select no_plan();
set statement_timeout = '10s';
create extension if not exists dblink;
select format('host=%s dbname=%s user=%s', current_setting('unix_socket_directories'), current_database(), current_user) as conninfo \gset
select dblink_connect('a', :'conninfo'), dblink_connect('b', :'conninfo'), dblink_connect('c', :'conninfo') \g /dev/null
grant all on all tables in schema test to public;
create function test.write(p_loan bigint, p_household bigint) returns text language sql as $$
	select format('select entry_id::text from test.disburse(test.staff(''giaodich''), test.key(%s), %s, %s, 5000000, ''2022-01-01'')', p_loan % 1000, p_loan, p_household)
$$;
select api.number_entries(1) > 0 as numbered \g /dev/null
select max(position) as last, count(*) as entries from loan.entry \gset
select is(:last::bigint, :entries::bigint, 'all have a position');

-- The cells of all loans below exist from here on: of two writers that need the same new cell one waits for the other.
select test.disburse(test.staff('giaodich'), test.key(90 + h::integer), 6600000000000090 + h, h, 5000000, '2022-01-01') from generate_series(1, 6) h \g /dev/null
select api.number_entries(1) \g /dev/null
select max(position) as last from loan.entry \gset

-- a writes first and commits last; b's entry is numbered before it.
select dblink_exec('a', 'begin') \g /dev/null
select e from dblink('a', test.write(6600000000000001, 1)) d (e text) \g /dev/null
select e from dblink('b', test.write(6600000000000002, 2)) d (e text) \g /dev/null
select is(api.number_entries(1), 1::bigint, 'only what is committed is numbered');
select is((select position from loan.entry e join loan.fact f using (branch, entry_id) where f.loan_id = 6600000000000002), :last::bigint + 1, 'the next number');
select dblink_exec('a', 'commit') \g /dev/null
select is(api.number_entries(1), 1::bigint, 'then the other');
select is((select position from loan.entry e join loan.fact f using (branch, entry_id) where f.loan_id = 6600000000000001), :last::bigint + 2, 'after it, though its entry is older');
select dblink_exec('a', 'begin') \g /dev/null
select e from dblink('a', test.write(6600000000000003, 3)) d (e text) \g /dev/null
select dblink_exec('a', 'rollback') \g /dev/null
select e from dblink('b', test.write(6600000000000004, 4)) d (e text) \g /dev/null
select is(api.number_entries(1), 1::bigint, 'what is rolled back takes no number');

-- Two numberers at once: the second waits for the first and finds nothing left.
select e from dblink('b', test.write(6600000000000005, 5)) d (e text) \g /dev/null
select dblink_exec('a', 'begin') \g /dev/null
select n from dblink('a', 'select api.number_entries(1)') d (n bigint) \g /dev/null
select dblink_send_query('c', 'select api.number_entries(1)') \g /dev/null
select pg_sleep(0.3) \g /dev/null
select is(dblink_is_busy('c'), 1, 'a second numberer waits');
select dblink_exec('a', 'commit') \g /dev/null
select results_eq($$ select n from dblink_get_result('c') d (n bigint) $$, 'values (0::bigint)', 'and finds nothing to do');
select is(max(position), count(*), 'no gap') from loan.entry;
select is(count(distinct position), count(*), 'no position twice') from loan.entry;

-- The same key at once: one writes, the other waits and gets its reply.
select n from dblink_get_result('c') d (n bigint) \g /dev/null
select dblink_exec('a', 'begin') \g /dev/null
select e from dblink('a', test.write(6600000000000006, 6)) d (e text) \g /dev/null
select dblink_send_query('c', $$ select repeated::text from test.disburse(test.staff('giaodich'), test.key(6), 6600000000000006, 6, 5000000, '2022-01-01') $$) \g /dev/null
select pg_sleep(0.3) \g /dev/null
select is(dblink_is_busy('c'), 1, 'the same key waits');
select dblink_exec('a', 'commit') \g /dev/null
select results_eq($$ select r from dblink_get_result('c') d (r text) $$, $$ values ('true') $$, 'and gets the reply of the first');
select r from dblink_get_result('c') d (r text) \g /dev/null

-- Two payments decided on the same state: the second is stale.
select dblink_exec('a', 'begin') \g /dev/null
select e from dblink('a', $$ select entry_id from test.pay(test.staff('giaodich'), test.key(20), 6600000000000001, 1000000, '2022-01-01') $$) d (e bigint) \g /dev/null
select dblink_send_query('c', $$ select entry_id from test.pay(test.staff('giaodich'), test.key(21), 6600000000000001, 1000000, '2022-01-01') $$) \g /dev/null
select pg_sleep(0.3) \g /dev/null
select is(dblink_is_busy('c'), 1, 'a second payment of a loan waits');
select dblink_exec('a', 'commit') \g /dev/null
select throws_ok($$ select e from dblink_get_result('c') d (e bigint) $$, 'LN409', null, 'and is stale');
select is((select paid::bigint from loan.state where loan_id = 6600000000000001), 1000000::bigint, 'nothing of it is left');

-- The business day does not move under a write.
select dblink_exec('a', 'begin') \g /dev/null
select e from dblink('a', $$ select entry_id from test.pay(test.staff('giaodich'), test.key(22), 6600000000000001, 1000000, '2022-01-01') $$) d (e bigint) \g /dev/null
select r from dblink_get_result('c') d (r bigint) \g /dev/null
select dblink_send_query('c', $$ update loan.business set business_date = business_date + 1 returning business_date::text $$) \g /dev/null
select pg_sleep(0.3) \g /dev/null
select is(dblink_is_busy('c'), 1, 'the night waits for the write');
select dblink_exec('a', 'commit') \g /dev/null
select results_eq($$ select r from dblink_get_result('c') d (r text) $$, $$ values ('2022-01-02') $$, 'then moves on');
select dblink_disconnect('a'), dblink_disconnect('b'), dblink_disconnect('c') \g /dev/null
select * from finish();
