-- Sessions in SQL: a line once, nothing after the closing, no closing without every sheet, what is stored for the statistics.
begin;
\ir fixture.psql
select no_plan();
create function test.post(p_key integer, p_group bigint, p_lines jsonb, p_more jsonb default '{}') returns bigint language sql as $$
	select entry_id from api.session_post(test.staff('giaodich'), 1::smallint, test.key(p_key), sha256((p_key || p_lines::text)::bytea), '{}', test.business(), test.version(),
		'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
		coalesce((select array_agg(array[(l ->> 'household')::bigint, 1, 1, test.days('2022-01-01'), (l ->> 'deposit')::bigint, 0, 0, p_group, 1011, 4232]) from jsonb_array_elements(p_lines) l where not l ? 'word'), '{}'),
		jsonb_build_object('point_id', (select point_id from loan.point where code = 'TXN1'), 'session_on', '2022-01-01', 'group', p_group, 'received_on', '2021-12-31', 'posted', 1, 'refused', 0,
			'cash_expected', 5, 'cash_counted', 7, 'principal_expected', 0, 'principal_counted', 0, 'lines', p_lines) || p_more)
$$;
create function test.line(p_ordinal integer, p_household bigint, p_amount bigint) returns jsonb language sql as $$
	select jsonb_build_array(jsonb_build_object('ordinal', p_ordinal, 'household', p_household, 'loan', 0, 'source', 0, 'asked', 0, 'interest', 0, 'principal', 0, 'deposit', p_amount, 'withdraw', 0,
		'allocation', '[0,0,0,0,0,0]'::jsonb, 'facts', '[]'::jsonb, 'deposit_facts', '[1]'::jsonb))
$$;
create function test.close(p_key integer) returns text language sql as $$
	select reply from api.session_close(test.staff('giaodich'), 1::smallint, test.key(p_key), sha256('close'), '{}', test.business(), test.version(), '{"point":"TXN1","session_on":"2022-01-01"}')
$$;
create function test.excuse(p_key integer, p_group text) returns text language sql as $$
	select reply from api.session_excuse(test.staff('giaodich'), 1::smallint, test.key(p_key), sha256('excuse'), '{}', test.business(), test.version(),
		jsonb_build_object('point', 'TXN1', 'session_on', '2022-01-01', 'group', p_group, 'reason', 'mưa lũ'))
$$;
select throws_ok('select test.close(1)', 'LN020', null, 'no closing without a sheet of each group');
select isnt(test.post(2, 1, test.line(1, 1, 5000)), null, 'a sheet');
select results_eq('select kind, posted_on, received_on, cash_counted - cash_expected from loan.session_sheet', $$ values ('posted', date '2022-01-01', date '2021-12-31', 2::bigint) $$, 'when it was posted, of which receipts, the difference');
select results_eq('select balance::bigint from loan.deposit where household_id = 1', 'values (5000::bigint)', 'its deposit');
select throws_ok($$ select test.post(3, 1, test.line(1, 1, 5000)) $$, 'LN409', null, 'a line is posted once');
select throws_ok($$ select test.post(4, 1, test.line(1, 1, 5000) || test.line(2, 2, 5)) $$, 'LN409', null, 'also in company');
select is((select count(*) from loan.session_line), 1::bigint, 'which left nothing');
select is(test.post(2, 1, test.line(1, 1, 5000)), (select entry_id from loan.session_sheet), 'the same key is the same post');
select throws_ok('select test.close(5)', 'LN020', null, 'the other group has none');
select throws_ok($$ select test.excuse(6, '1') $$, 'LN014', null, 'who has posted is not excused');
select throws_ok($$ select test.excuse(7, '3') $$, 'LN004', null, 'a group of another point');
select is(test.excuse(8, '2')::jsonb ->> 'state', 'excused', 'the other one is');
select test.version() as version \gset
select is(test.close(9)::jsonb - '{point,session_on,closed_on}'::text[], '{"posted":1,"excused":1,"cash_difference":2,"principal_difference":0}', 'closed');
select is(test.version(), :version + 1::bigint, 'the reference data change');
select is((select p ->> 'closed_upto' from jsonb_array_elements((select data -> 'points' from api.reference_read(test.staff('giaodich')))) p where p ->> 'code' = 'TXN1'), '2022-01-01', 'its calendar is closed up to that day');
select throws_ok($$ select test.post(10, 2, test.line(1, 3, 5)) $$, 'LN019', null, 'no post after it');
select throws_ok($$ select test.excuse(11, '2') $$, 'LN019', null, 'no excuse');
select throws_ok('select test.close(12)', 'LN019', null, 'no second closing');
select results_eq(format('select business_date from api.session_next(%s)', test.staff('night')), $$ values (date '2022-01-01') $$, 'the worker is told of its transfers');
select is(api.session_status(test.staff('giaodich'), 'TXN1', '2022-01-01') ->> 'transfers', 'running', 'until they are made');
select is(jsonb_array_length(api.session_status(test.staff('hoiphunu'), 'TXN1', '2022-01-01') -> 'groups'), 1, 'an organisation sees its own groups');
select is(jsonb_array_length(api.session_cash(test.staff('giaodich'), 'TXN1', '2022-01-01') -> 'lines'), 1, 'the cash journal');
set local role vonvay_owner;
select throws_ok('update loan.session_sheet set cash_counted = 5', 'LN013', null, 'what was counted is never changed');
select throws_ok('delete from loan.session_line', 'LN013', null, 'nor a line deleted');
reset role;
select * from finish();
rollback;
