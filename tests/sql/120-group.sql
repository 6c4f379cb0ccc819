-- Groups in time: form, lead, join, leave, dissolve; sizes, days, balances.
begin;
\ir fixture.psql
select no_plan();
select test.import('households', (select jsonb_agg(test.household(h, 'Hộ ' || h, 'AL07', null, 1) - 'groups' || '{"groups":[]}') from generate_series(11, 80) h)) \g /dev/null
create function test.call(p_method text, p_key integer, p jsonb, variadic p_more integer[] default '{}') returns jsonb language plpgsql as $$
declare v_reply text;
begin
	execute format('select reply from api.%s(%s, 1::smallint, %L, sha256(%L::bytea), ''{}'', test.business(), test.version(), %L%s)',
		p_method, test.staff('giaodich'), test.key(p_key), p::text, p, (select coalesce(string_agg(', ' || m || case when p_method = 'group_form' and i = 3 then '::smallint' else '' end, '' order by i), '') from unnest(p_more) with ordinality u (m, i)))
	into v_reply;
	return v_reply;
end $$;
create function test.form(p_key integer, p_group integer, p_from integer, p_upto integer, p_more jsonb default '{}') returns jsonb language sql as $$
	select test.call('group_form', p_key, jsonb_build_object('group', p_group::text, 'name', 'Tổ mới ' || p_group, 'area', 'AL07', 'hamlet', 'Pa Hy',
		'point', 'TXN2', 'leader', 'Hồ Văn Mới', 'decision', '12/QĐ', 'households', (select jsonb_agg(h::text) from generate_series(p_from, p_upto) h)) || p_more, 5, 60, 12)
$$;
select throws_ok($$ select test.form(1, 10, 11, 14) $$, 'LN016', null, 'four are too few');
select throws_ok($$ select test.form(2, 10, 11, 71) $$, 'LN016', null, 'sixty-one are too many');
select throws_ok($$ select test.form(3, 3, 11, 15) $$, 'LN014', null, 'a number is taken once');
select throws_ok($$ select test.form(4, 10, 11, 15, '{"point":"TXN9"}') $$, 'LN404', null, 'no such point');
select throws_ok($$ select test.form(5, 10, 11, 15, '{"area":"ALX2"}') $$, 'LN404', null, 'no such commune on the day');
select throws_ok($$ select test.form(6, 10, 11, 15, '{"leader_household":"16"}') $$, 'LN422', null, 'the leader is a member');
select throws_ok($$ select test.form(7, 10, 80, 84) $$, 'LN003', null, 'every household exists');
select throws_ok($$ select test.form(8, 10, 4, 11, '{}') $$, 'LN003', null, 'and is known');
select throws_ok($$ select test.form(9, 10, 11, 15, '{"formed_on":"2022-01-02"}') $$, 'LN007', null, 'not after the business date');
select is(test.form(10, 10, 11, 15, '{"leader_household":"11"}') ->> 'members', '5', 'a group of five');
select is(test.form(10, 10, 11, 15, '{"leader_household":"11"}') ->> 'group', '0000010', 'its reply is kept');
select throws_ok($$ select test.form(11, 11, 15, 19) $$, 'LN014', null, 'nobody is in two groups');
select results_eq('select organisation, leader, formed_on, hamlet from loan.credit_group where group_id = 10', $$ values (12::smallint, 'Hồ Văn Mới', date '2022-01-01', 'Pa Hy') $$, 'as it was said');

select throws_ok($$ select test.call('group_join', 20, '{"group":"10","household":"11"}', 60) $$, 'LN014', null, 'a member can''t join');
select throws_ok($$ select test.call('group_join', 21, '{"group":"99","household":"16"}', 60) $$, 'LN004', null, 'no such group');
select is(test.call('group_join', 22, '{"group":"10","household":"16"}', 6) ->> 'members', '6', 'a sixth joins');
select throws_ok($$ select test.call('group_join', 23, '{"group":"10","household":"17"}', 6) $$, 'LN016', null, 'not more than the policy allows');
select throws_ok($$ select test.call('group_join', 24, '{"group":"10","household":"17","joined_on":"2021-12-31"}', 60) $$, 'LN007', null, 'not before the group was formed');

select throws_ok($$ select test.call('group_lead', 30, '{"group":"10","leader":"Kăn Lành","household":"17","reason":"bầu lại"}') $$, 'LN404', null, 'the leader is a member');
select is(test.call('group_lead', 31, '{"group":"10","leader":"Kăn Lành","household":"12","reason":"bầu lại"}') ->> 'before', 'Hồ Văn Mới', 'another leader');
select is(loan.group_leader_on(1::smallint, 10, '2022-01-01'), 'Kăn Lành', 'of the same day: the last one named');
select is(test.call('group_lead', 32, '{"group":"1","leader":"Kăn Lành","from_on":"2015-06-01","reason":"bầu lại"}') ->> 'before', 'Hồ Văn Đức', 'a group of an import too');
select is(loan.group_leader_on(1::smallint, 1, '2015-05-31'), 'Hồ Văn Đức', 'as it was before');
select is(api.group_read(test.staff('giaodich'), 1, '2016-01-01') ->> 'leader', 'Kăn Lành', 'and from that day on');
select is(jsonb_array_length(api.group_history(test.staff('giaodich'), '{"group":"1"}') -> 'leaders'), 2, 'the history tells both');

select test.disburse(test.staff('giaodich'), test.key(40), 6600000000000001, 1, 10000000, '2022-01-01') \g /dev/null
select throws_ok($$ select test.call('group_leave', 41, '{"group":"1","household":"1","reason":"chuyển đi"}', 5) $$, 'LN017', null, 'who owes stays');
select test.pay(test.staff('giaodich'), test.key(42), 6600000000000001, 10000000, '2022-01-01') \g /dev/null
insert into loan.deposit (branch, household_id, facts, balance) values (1, 2, 1, 5000);
select throws_ok($$ select test.call('group_leave', 43, '{"group":"1","household":"2","reason":"chuyển đi"}', 5) $$, 'LN017', null, 'who has a deposit too');
select throws_ok($$ select test.call('group_leave', 44, '{"group":"1","household":"3","reason":"chuyển đi"}', 5) $$, 'LN404', null, 'a member of another group');
select is(test.call('group_leave', 45, '{"group":"1","household":"1","reason":"chuyển đi"}', 5), '{"group":"0000001","household":"0000000001","left_on":"2022-01-01","reason":"chuyển đi","members":1,"too_few":true}', 'who has paid leaves; it is told that too few are left');
select results_eq('select until_on, ended_by is not null from loan.group_member where household_id = 1', $$ values (date '2022-01-01', true) $$, 'with the entry that ended it');

select throws_ok($$ select test.call('group_dissolve', 50, '{"group":"10","decision":"13/QĐ"}') $$, 'LN017', null, 'not with members');
select test.call('group_leave', 51, '{"group":"3","household":"4","reason":"x"}', 5) \g /dev/null
select is(test.call('group_dissolve', 52, '{"group":"3","decision":"13/QĐ"}') ->> 'dissolved_on', '2022-01-01', 'an empty one');
select throws_ok($$ select test.call('group_join', 53, '{"group":"3","household":"17"}', 60) $$, 'LN007', null, 'nobody joins it any more');
select results_eq('select kind, decision from loan.group_event where group_id = 3', $$ values ('dissolved', '13/QĐ') $$, 'its event');
set local role vonvay_owner;
select throws_ok('update loan.group_event set decision = ''x''', 'LN013', null, 'events are never changed');
reset role;
select * from finish();
rollback;
