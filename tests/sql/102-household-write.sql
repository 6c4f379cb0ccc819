-- Changes of households: versions, days, who may write where, what stays of what was known before.
begin;
\ir fixture.psql
select no_plan();
select loan.staff_add(1, 'ango', 'A Ngo', 1, '2018-01-01', p_area => 'AL02') \g /dev/null

create function test.change(p_what text, p_key integer, p jsonb, d jsonb, p_actor text default 'giaodich') returns jsonb language plpgsql as $$
declare
	v_reply text;
begin
	execute format('select reply from api.%s(test.staff($1), 1::smallint, test.key($2), sha256($3::bytea), ''{}'', test.business(), test.version(), $4, $5)', p_what)
	using p_actor, p_key, convert_to(p::text, 'utf8'), p, d into v_reply;
	return v_reply;
end $$;
create function test.household_version(p_household bigint) returns jsonb language sql as $$
	select jsonb_build_object('version', version) from loan.household where household_id = p_household
$$;
create function test.new_household(p_no bigint, p_area text, p_hash text) returns jsonb language sql as $$
	select jsonb_build_object('representative', 1, 'attributes', 3, 'members', jsonb_build_array(jsonb_build_object('no', 1, 'name', 'Hồ Thị Mới',
		'sex', 'female', 'born_on', '1990-01-01', 'relation', 'head', 'sealed', jsonb_build_object('citizen_id',
			jsonb_build_object('sealed', '0a0b0c0d' || lpad(p_no::text, 8, '0'), 'hash', lpad(p_hash, 64, '0'))))))
$$;
create function test.register(p_key integer, p_no bigint, p_area text, p_hash text, p_actor text default 'giaodich') returns jsonb language sql as $$
	select test.change('household_register', p_key, jsonb_build_object('household', p_no::text, 'name', 'Hồ Thị Mới', 'area', p_area, 'on', '2021-12-01'),
		test.new_household(p_no, p_area, p_hash), p_actor)
$$;

-- Registering.
select is(test.register(200, 21, 'AL02', 'aa'), '{"household":"0000000021","name":"Hồ Thị Mới","area":"AL02","members":1,"registered_on":"2021-12-01"}', 'registered');
select is(test.register(200, 21, 'AL02', 'aa'), test.register(200, 21, 'AL02', 'aa'), 'again the same reply');
select throws_ok($$ select test.register(201, 21, 'AL02', 'bb') $$, 'LN014', 'household 0000000021 exists already', 'a number once');
select throws_ok($$ select test.register(202, 22, 'AL02', 'aa') $$, 'LN014', 'a person with this citizen id exists already', 'a citizen id once, without saying where');
select throws_ok($$ select test.register(203, 22, 'AL99', 'bb') $$, 'LN404', null, 'an unknown commune');
select throws_ok($$ select test.register(204, 22, 'AL07', 'bb', 'ango') $$, 'LN403', null, 'a clerk of an area registers no household of another');
select is(test.register(205, 22, 'AL02', 'bb', 'ango') ->> 'household', '0000000022', 'but of their own');
select throws_ok($$ select test.register(206, 23, 'AL02', 'cc', 'hoinongdan') $$, 'LN403', null, 'an officer of an organisation none');
select throws_ok($$ select test.register(207, 4, 'AL02', 'cc', 'ango') $$, 'LN014', null, 'a household that is not seen exists too');
select is(attributes, 3, 'attributes from the first day') from loan.household_attribute where household_id = 21;
select is((select count(*) from loan.household_agenda where household_id = 21 and reason = 'changed'), 1::bigint, 'the next night is told');

-- Versions.
create function test.class(p_key integer, p_from date, d jsonb, p_replaces date default null) returns jsonb language sql as $$
	select test.change('household_class', p_key, jsonb_strip_nulls(jsonb_build_object('household', '1', 'class', 'near_poor', 'decision', 'QĐ ' || p_key,
		'from_on', p_from, 'replaces', p_replaces)), '{"class":2,"change":"poor_to_near_poor","agenda":[]}' || d)
$$;
select throws_ok($$ select test.class(210, '2022-01-01', '{"version":7}') $$, 'LN409', null, 'decided about other rows');
select throws_ok($$ select test.class(211, '2022-01-02', test.household_version(1)) $$, 'LN007', null, 'nothing after the business date');
select throws_ok($$ select test.class(212, '2014-12-31', test.household_version(1)) $$, 'LN007', null, 'nothing before it was registered');
select throws_ok($$ select test.class(213, '2021-12-31', test.household_version(1)) $$, 'LN014', null, 'one class a day');
select throws_ok($$ select test.class(214, '2021-12-31', test.household_version(1), '2021-12-30') $$, 'LN404', null, 'only what is there is replaced');
select is(test.class(215, '2021-12-30', test.household_version(1), '2021-12-31') ->> 'from_on', '2021-12-30', 'a wrong row is replaced');
select results_eq($$ select from_on, class, superseded_by is null from loan.household_class where household_id = 1 order by row_id $$,
	$$ values (date '2021-12-31', 1::smallint, false), ('2021-12-30', 2::smallint, true) $$, 'and stays as what was known');
select is((select version from loan.household where household_id = 1), 1::bigint, 'every change is a version');

-- Members: what was known before, personal data that go.
create function test.member(p_key integer, p jsonb, d jsonb) returns jsonb language sql as $$
	select test.change('household_member', p_key, '{"household":"21"}' || p, test.household_version(21) || d)
$$;
select test.member(220, '{"member":1,"name":"Hồ Thị Cũ"}', '{"member":{"sealed":{"telephone":{"sealed":"0a0b0c0d99","hash":"99"}}},"head_name":"Hồ Thị Cũ"}') \g /dev/null
select is(name, 'Hồ Thị Cũ', 'the head gives the household its name') from loan.household where household_id = 21;
select results_eq('select name, representative, entry_id < superseded_by from loan.household_member_past where household_id = 21', $$ values ('Hồ Thị Mới', true, true) $$, 'the name before');
select test.member(221, '{"from_on":"2021-12-05"}', '{"member":{"no":2,"name":"Hồ Con","sex":"male","born_on":"2003-01-01","relation":"child","ethnic":"","sealed":{"citizen_id":{"sealed":"0a0b0c0d77","hash":"77"}}}}') \g /dev/null
select throws_ok($$ select test.member(222, '{"member":2,"until_on":"2021-12-04"}', '{"member":{"sealed":{}}}') $$, 'LN007', null, 'no end before the beginning');
select test.member(223, '{"member":2,"until_on":"2021-12-20"}', '{"member":{"sealed":{}}}') \g /dev/null
select results_eq('select member_no, until_on, ended from loan.household_member where household_id = 21 and until_on is not null', $$ values (2::smallint, date '2021-12-20', 'left') $$, 'a member has left');
select results_eq('select field, encode(hash, ''hex'') from loan.personal_past where household_id = 21', $$ values (1::smallint, '77') $$, 'with the citizen id');
select throws_ok($$ select test.member(224, '{"member":2,"until_on":"2021-12-21"}', '{"member":{"sealed":{}}}') $$, 'LN014', null, 'once');
select throws_ok('delete from loan.household_member_past', '42501', null, 'the past stays') from (select set_config('role', 'vonvay_api', true)) x;
reset role;

-- Who signs.
select test.change('household_represent', 230, '{"household":"21","member":2,"from_on":"2021-12-10"}', test.household_version(21) || '{"name":"Hồ Con"}') \g /dev/null
select results_eq('select from_on, member_no from loan.household_signer where household_id = 21 and superseded_by is null order by 1',
	$$ values (date '2021-12-01', 1::smallint), ('2021-12-10', 2::smallint) $$, 'the first change also says who signed before');
select is((select array_agg(member_no) from loan.household_member where household_id = 21 and representative), '{2}', 'one is marked');

-- The end of a household.
select test.change('household_leave', 240, '{"household":"21","from_on":"2021-12-31"}', test.household_version(21)) \g /dev/null
select results_eq('select left_on, ended from loan.household where household_id = 21', $$ values (date '2021-12-31', 'left') $$, 'it has left');
select is_empty('select from loan.household_member where household_id = 21 and until_on is null', 'with all its members');
select throws_ok($$ select test.change('household_leave', 241, '{"household":"21"}', test.household_version(21)) $$, 'LN014', null, 'once');
select is((select member_no from loan.household_signer where household_id = 21 and superseded_by is null order by from_on desc limit 1), null, 'nobody signs');

-- Who sees what of it.
select test.change('household_survey', 250, '{"household":"4","income":1}', test.household_version(4) || '{"lacking":7,"computed":{}}') \g /dev/null
select is(jsonb_array_length(api.household_read(test.staff('hoinongdan'), 4) -> 'surveys'), 1, 'an officer reads the surveys of their own households');
select throws_ok($$ select api.household_read(test.staff('hoiphunu'), 4) $$, 'LN003', null, 'not those of others');
select is_empty('select * from api.household_sealed(test.staff(''hoiphunu''), 4)', 'nor what is sealed');
set local role auditor;
select throws_ok('select * from loan.personal_past', '42501', null, 'the auditor reads no personal data of the past');
reset role;
select * from finish();
rollback;
