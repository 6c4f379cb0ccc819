-- A write is safe to repeat: same key and body give the stored reply, another body is refused, a refused write stores nothing.
begin;
\ir fixture.psql
select no_plan();
create function test.counts() returns text language sql as $$
	select concat_ws(',', (select count(*) from loan.entry), (select count(*) from loan.fact), (select count(*) from loan.posting),
		(select count(*) from loan.request_key), (select count(*) from loan.contract), (select count(*) from loan.portfolio_delta))
$$;
select test.counts() as before \gset
select results_eq($$ select repeated, reply from test.disburse(test.staff('giaodich'), test.key(1), 6600000000000001, 1, 12000000, '2022-01-01') $$,
	$$ values (false, '{"amount":12000000}') $$, 'a disbursement');
select test.counts() as after \gset
select isnt(:'after'::text, :'before', 'is stored');
select results_eq($$ select repeated, reply from test.disburse(test.staff('giaodich'), test.key(1), 6600000000000001, 1, 12000000, '2022-01-01') $$,
	$$ values (true, '{"amount":12000000}') $$, 'the same again gives the stored reply');
select is(test.counts(), :'after', 'and writes nothing');
select results_eq($$ select body_sha256, reply from api.key_get(test.staff('giaodich'), test.key(1)) $$,
	$$ select encode(sha256('660000000000000112000000'), 'hex'), '{"amount":12000000}' $$, 'the key answers later');
select is_empty($$ select * from api.key_get(test.staff('quantri'), test.key(1)) $$, 'but only to who made it');
select throws_ok($$ select test.disburse(test.staff('giaodich'), test.key(1), 6600000000000001, 1, 13000000, '2022-01-01') $$,
	'LN005', null, 'the same key with another body');
select throws_ok($$ select test.pay(test.staff('giaodich'), test.key(2), 6600000000000001, 20000000, '2022-01-01') $$,
	'23514', null, 'more paid than there is is refused by the table at the latest');
select is(test.counts(), :'after', 'a refused write leaves neither key nor entry');
select lives_ok($$ select test.pay(test.staff('giaodich'), test.key(2), 6600000000000001, 2000000, '2022-01-01') $$,
	'its key can be used for a right one');
select lives_ok($$ select test.disburse(test.staff('quantri'), test.key(1), 6600000000000002, 1, 12000000, '2022-01-01') $$,
	'keys of another actor are other keys');
select throws_ok($$ select test.disburse(test.staff('giaodich'), test.key(3), 6600000000000001, 1, 12000000, '2022-01-01') $$,
	'LN014', null, 'a contract number is used once');
select is((select entry_id from loan.request_key where key = test.key(2)), (select max(entry_id) from loan.fact where no = 2),
	'the key knows its entry');
update loan.request_key set recorded_at = now() - interval '13 months 1 day' where key = test.key(2);
select is(api.daemon_purge(test.staff('system')), 1::bigint, 'a key is forgotten after 13 months');
select throws_ok($$ select api.daemon_purge(test.staff('hoinongdan')) $$, 'LN403', null, 'not by who sees a part');
select * from finish();
rollback;
