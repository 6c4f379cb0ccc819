-- Staff in time: changes by two administrators, roles from a day on, whose work goes to whom.
begin;
\ir fixture.psql
select no_plan();
create function test.write(p_actor text, p_what text, p_key integer, p jsonb) returns jsonb language plpgsql as $$
declare
	v_reply text;
	v_kind text := case when p_what in ('approve', 'reject', 'withdraw') then '' else ', $4' end;
begin
	execute format('select reply from api.staff_%s(test.staff($1), 1::smallint, test.key($2), sha256($3::text::bytea), ''{}'', test.business(), test.version(), $3%s)',
		case v_kind when '' then p_what else 'propose' end, v_kind) into v_reply using p_actor, p_key, p, p_what;
	return v_reply;
end $$;
create function test.happens(p_what text, p_key integer, p jsonb) returns jsonb language sql as $$
	select test.write('quantri2', 'approve', p_key + 1, jsonb_build_object('change', test.write('quantri', p_what, p_key, p || '{"reason":"thử"}') ->> 'change'))
$$;
create function test.role(p_name text, p_day date default loan.today()) returns text language sql as $$
	select concat_ws(' ', r.role, r.area, r.organisation, r.point_id) from loan.staff_role_on(test.staff(p_name), p_day) r
$$;

-- two administrators
select is(test.write('quantri', 'create', 1, '{"name":"moi","full_name":"Người Mới","role":"clerk","point":"TXN2","uid":777,"reason":"tuyển"}') - '{proposed_at,parameters}'::text[],
	'{"change":"1","kind":"create","staff":"moi","reason":"tuyển","state":"proposed","proposed_by":"quantri","decided_by":null,"decided_at":null,"note":null,"handed":0}', 'proposed');
select is(test.staff('moi'), null, 'and nobody is there yet');
select throws_ok($$ select test.write('quantri', 'approve', 2, '{"change":1}') $$, 'LN043', null, 'who proposed does not approve');
select throws_ok($$ select test.write('quantri', 'reject', 2, '{"change":1}') $$, 'LN043', null, 'nor reject');
select throws_ok($$ select test.write('quantri2', 'withdraw', 2, '{"change":1}') $$, 'LN403', null, 'another one does not withdraw');
select throws_ok($$ select test.write('quantri2', 'approve', 2, '{"change":9}') $$, 'LN404', null, 'a change that is not there');
select is(test.write('quantri2', 'approve', 2, '{"change":1,"note":"được"}') ->> 'state', 'applied', 'the other one approves');
select is(test.write('quantri2', 'approve', 2, '{"change":1,"note":"được"}') ->> 'note', 'được', 'once');
select is(test.role('moi'), '1 2', 'a clerk of a point');
select results_eq('select name, role, point_id from api.staff_by_uid(777)', $$ values ('moi', 1::smallint, 2) $$, 'known by the uid');
select throws_ok($$ select test.write('quantri2', 'approve', 3, '{"change":1}') $$, 'LN014', null, 'a change happens once');

-- what is refused when it is proposed
select throws_ok(format('select test.write(%L, %L, 4, %L::jsonb || %L)', 'quantri', w.kind, w.p, '{"reason":"x"}'), w.state, null, concat_ws(' ', w.kind, w.p))
from (values
	('create', '{"name":"Moi","full_name":"x","role":"clerk"}', 'LN422'), ('create', '{"name":"moi","full_name":"x","role":"clerk"}', 'LN014'),
	('create', '{"name":"a","full_name":"x","role":"clerk","uid":777}', 'LN014'), ('create', '{"name":"a","full_name":"x","role":"system"}', 'LN422'),
	('create', '{"name":"a","full_name":"x","role":"clerk","area":"ZZ"}', 'LN404'), ('create', '{"name":"a","full_name":"x","role":"clerk","point":"ZZ"}', 'LN404'),
	('create', '{"name":"a","full_name":"x","role":"clerk","organisation":"zz"}', 'LN404'),
	('create', '{"name":"a","full_name":"x","role":"organisation_officer"}', 'LN422'),
	('create', '{"name":"a","full_name":"x","role":"administrator","area":"AL"}', 'LN422'),
	('create', '{"name":"a","full_name":"x","role":"clerk","from":"2020-01-01"}', 'LN007'),
	('role', '{"staff":"nobody","role":"clerk"}', 'LN404'), ('role', '{"staff":"night","role":"clerk"}', 'LN404'),
	('end', '{"staff":"moi","until":"2020-01-01"}', 'LN007'), ('hand_over', '{"staff":"moi","to":"nobody"}', 'LN404'),
	('hand_over', '{"staff":"moi","to":"moi"}', 'LN422'), ('hand_over', '{"staff":"moi","to":"system"}', 'LN404')) w (kind, p, state);
select is((select count(*) from loan.staff_change), 1::bigint, 'and none of it is kept');
select is((select count(*) from loan.staff where name = 'a'), 0::bigint, 'nor tried for good');
select throws_ok($$ select test.write('hoinongdan', 'end', 5, '{"staff":"moi","reason":"x"}') $$, 'LN403', null, 'not by who sees a part of the branch');

-- roles by day
select test.happens('role', 10, jsonb_build_object('staff', 'moi', 'role', 'officer', 'area', 'AL02', 'from', loan.today() + 10)) \g /dev/null
select is(test.role('moi'), '1 2', 'a role to come changes nothing today');
select is(test.role('moi', loan.today() + 9), '1 2', 'nor on the day before');
select is(test.role('moi', loan.today() + 10), '2 AL02', 'it is there on its day');
select test.happens('role', 12, jsonb_build_object('staff', 'moi', 'role', 'inspector', 'from', loan.today() + 5)) \g /dev/null
select is(test.role('moi', loan.today() + 20), '6', 'what is decided later replaces what was planned for later');
select test.happens('role', 14, '{"staff":"moi","role":"clerk","point":"TXN1"}') \g /dev/null
select is(test.role('moi'), '1 1', 'from today, in place of what there was');
select is((select count(*) from loan.staff_role where staff_id = test.staff('moi')), 4::bigint, 'every row stays');
select is((api.staff_list(test.staff('quantri'), '{}') -> 'staff') @> '[{"staff":"moi","role":"clerk","point":"TXN1","until":null}]', true, 'staff.list');
select is(jsonb_array_length(api.staff_show(test.staff('thanhtra'), '{"staff":"moi"}') -> 'roles'), 4, 'staff.show has them all');

-- ends
select test.happens('end', 20, jsonb_build_object('staff', 'moi', 'until', loan.today() + 3)) \g /dev/null
select lives_ok($$ select loan.enter(test.staff('moi')) $$, 'there until the day');
select throws_ok(format('select test.write(%L, %L, 22, %L)', 'quantri', 'role', jsonb_build_object('staff', 'moi', 'role', 'clerk', 'from', loan.today() + 3, 'reason', 'x')),
	'LN007', null, 'no role after the end');
select test.happens('end', 23, '{"staff":"moi"}') \g /dev/null
select throws_ok($$ select loan.enter(test.staff('moi')) $$, 'LN403', null, 'at once when no day is named');
select is_empty('select * from api.staff_by_uid(777)', 'nobody by that uid');
select is_empty($$ select * from api.staff_by_certificate('moi', now()) $$, 'nor by a certificate');
select throws_ok($$ select test.happens('end', 25, '{"staff":"moi"}') $$, 'LN014', null, 'ended already');
select lives_ok($$ select test.happens('create', 27, '{"name":"moi2","full_name":"Người Mới","role":"clerk","uid":777}') $$, 'the uid is free for another');

-- two administrators stay: demo is the third
select throws_ok($$ select test.write('quantri', 'approve', 31, jsonb_build_object('change', test.write('demo', 'role', 30, '{"staff":"quantri","role":"clerk","reason":"x"}') ->> 'change')) $$,
	'LN043', null, 'nobody approves a change of oneself');
select test.happens('role', 32, '{"staff":"demo","role":"clerk"}') \g /dev/null
select throws_ok($$ select test.write('quantri', 'end', 34, '{"staff":"quantri2","reason":"x"}') $$, 'LN014', 'two administrators have to stay', 'the last two don''t end');
select throws_ok(format('select test.write(%L, %L, 34, %L)', 'quantri', 'end', jsonb_build_object('staff', 'quantri', 'until', loan.today() + 30, 'reason', 'x')),
	'LN014', null, 'nor on a day to come');
select throws_ok($$ select test.write('quantri', 'role', 34, '{"staff":"quantri2","role":"director","reason":"x"}') $$, 'LN014', null, 'nor become something else');
select lives_ok($$ select test.happens('create', 36, jsonb_build_object('name', 'quantri3', 'full_name', 'Ba', 'role', 'administrator', 'from', loan.today() + 30)) $$, 'a third one to come');
select throws_ok($$ select test.write('quantri', 'end', 38, '{"staff":"quantri2","reason":"x"}') $$, 'LN014', null, 'is none today');
select lives_ok(format('select test.write(%L, %L, 39, %L)', 'quantri', 'end', jsonb_build_object('staff', 'quantri2', 'until', loan.today() + 30, 'reason', 'x')), 'but is on that day');

-- certificates
select isnt_empty($$ select * from api.staff_by_certificate('giaodich', '2020-01-01') $$, 'any certificate names its holder');
select test.happens('reset_certificates', 50, '{"staff":"giaodich"}') \g /dev/null
select is_empty($$ select * from api.staff_by_certificate('giaodich', now() - interval '1 second') $$, 'after a reset not the old ones');
select isnt_empty($$ select * from api.staff_by_certificate('giaodich', date_trunc('second', now())) $$, 'but one made since');
select is_empty($$ select * from api.staff_by_certificate('night', now()) $$, 'the daemon has none');

-- whose work goes to whom
insert into loan.entry (branch, business_date, actor, door, method) values (1, '2022-01-01', test.staff('tindung'), 1, 'change.propose');
insert into loan.change (branch, kind, parameters, reason, decision, proposed_by, proposed_entry)
select 1, 'holiday', '{"day":"2022-02-02","name":"Tết"}', 'x', '', test.staff('tindung'), max(entry_id) from loan.entry;
select is(api.staff_show(test.staff('quantri'), '{"staff":"tindung"}') -> 'open', '[{"subject":"change","subject_id":"1"}]', 'what is open');
select is(test.happens('hand_over', 60, '{"staff":"tindung","to":"giamdoc"}') ->> 'handed', '1', 'goes to another');
select is(api.staff_show(test.staff('quantri'), '{"staff":"tindung"}') -> 'open', '[]', 'the one has it no more');
select is(api.staff_show(test.staff('quantri'), '{"staff":"giamdoc"}') -> 'open', '[{"subject":"change","subject_id":"1"}]', 'the other one has');
create function test.change(p_actor text, p_what text, p_key integer) returns text language plpgsql as $$
declare
	v_reply text;
begin
	execute format('select reply from api.change_%s(test.staff($1), 1::smallint, test.key($2), sha256(''x''), ''{}'', test.business(), test.version(), ''{"change":1}''%s)',
		p_what, case p_what when 'approve' then ', test.version()' else '' end) into v_reply using p_actor, p_key;
	return v_reply;
end $$;
select throws_ok($$ select test.change('giamdoc', 'approve', 62) $$, 'LN043', null, 'who took it over can''t approve it');
select throws_ok($$ select test.change('tindung', 'approve', 62) $$, 'LN043', null, 'nor who made it');
select throws_ok($$ select test.change('tindung', 'withdraw', 62) $$, 'LN403', null, 'who handed it over does not take it back');
select lives_ok($$ select test.change('giamdoc', 'withdraw', 62) $$, 'who has it does');
select is(test.happens('hand_over', 64, '{"staff":"giamdoc","to":"tindung"}') ->> 'handed', '0', 'what is over is not handed on');
select throws_ok($$ select test.write('giaodich', 'approve', 70, jsonb_build_object('change', test.write('quantri', 'hand_over', 71, '{"staff":"tindung","to":"giaodich","reason":"x"}') ->> 'change')) $$,
	'LN043', null, 'who is to get it does not approve that');
select is(jsonb_array_length(api.staff_changes(test.staff('quantri'), '{"state":"proposed"}') -> 'changes'), 1, 'what waits');
select is(jsonb_array_length(api.staff_changes(test.staff('quantri'), '{"limit":3}') -> 'changes'), 3, 'no more than asked for');

set local role vonvay_owner;
select throws_ok('delete from loan.staff', 'LN013', null, 'staff are never forgotten');
select throws_ok('delete from loan.staff_role', 'LN013', null, 'nor their roles');
select throws_ok('update loan.staff_handed set to_staff = 1', 'LN013', null, 'nor whose work went to whom');
reset role;
select * from finish();
rollback;
