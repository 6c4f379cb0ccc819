-- Imports: pieces at their place, states in order, chunks once; what exists already is refused.
begin;
\ir fixture.psql
select no_plan();
select test.staff('quantri') as admin, test.staff('import') as import \gset
create function test.begin(p_key integer, p_kind text, p_size bigint) returns bigint language sql as $$
	select (reply::jsonb ->> 'import')::bigint from api.import_begin(test.staff('quantri'), 1::smallint, test.key(p_key), sha256('b'), '{}', test.business(), test.version(), p_kind, 'f.csv', p_size, sha256('f'))
$$;
create function test.ask(p_what text, p_import bigint) returns text language plpgsql as $$
begin
	execute format('select reply from api.import_%s(test.staff(''quantri''), 1::smallint, gen_random_uuid(), sha256(''a''), ''{}'', test.business(), test.version(), $1)', p_what) using p_import;
	return (select state from loan.import where import_id = p_import);
end $$;
select test.begin(1, 'groups', 10) as file \gset
select is(test.begin(1, 'groups', 10), :file::bigint, 'the same key begins the same import');
select throws_ok($$ select test.begin(2, 'villages', 10) $$, '23514', null, 'an unknown kind');
select throws_ok($$ select api.import_append(test.staff('quantri'), 0, 0, 'x') $$, 'LN010', null, 'an import that is not there');
select is(api.import_append(:admin, :file, 0, 'abcd'), 4::bigint, 'a piece');
select is(api.import_append(:admin, :file, 0, 'abcd'), 4::bigint, 'again');
select throws_ok(format($$ select api.import_append(test.staff('quantri'), %s, 0, 'abcX') $$, :file), 'LN014', null, 'other bytes at its place');
select throws_ok(format($$ select api.import_append(test.staff('quantri'), %s, 5, 'x') $$, :file), 'LN014', null, 'a gap');
select throws_ok(format($$ select api.import_append(test.staff('quantri'), %s, 4, 'efghijk') $$, :file), 'LN014', null, 'more than was announced');
select throws_ok(format($$ select test.ask('check', %s) $$, :file), 'LN014', null, 'half a file is not checked');
select is(api.import_append(:admin, :file, 4, 'efghij'), 10::bigint, 'the rest');
select results_eq(format('select at_byte, bytes from api.import_read(%s, %s, 0, 10)', :import, :file), $$ values (0::bigint, 'abcd'::bytea), (4, 'efghij') $$, 'the pieces in order');
select results_eq(format('select at_byte, bytes, sealed from api.import_read(%s, %s, 4, 1)', :import, :file), $$ values (4::bigint, 'efghij'::bytea, false) $$, 'from a byte on');
select throws_ok(format($$ select test.ask('apply', %s) $$, :file), 'LN014', null, 'what was not checked is not applied');
select is_empty(format('select * from api.import_next(%s, null)', :import), 'nothing to do yet');
select is(test.ask('check', :file), 'validating', 'a check is asked for');
select results_eq(format('select import_id, kind, state, size, received, applied_lines, takeover, sha256 from api.import_next(%s, null)', :import),
	format($$ values (%s::bigint, 'groups', 'validating', 10::bigint, 10::bigint, 0::bigint, true, encode(sha256('f'), 'hex')) $$, :file), 'the worker finds it');
select api.import_errors_add(:import, :file, '[{"ordinal":1,"line":2,"column":"name","message":"required"},{"ordinal":2,"line":3,"message":"too short"}]'),
	api.import_set(:import, :file, 'invalid', 3, 3, 2, null) \g /dev/null
select is(api.import_status(:admin, :file, 0, 10) -> 'error_list', '[{"ordinal":1,"line":2,"column":"name","message":"required"},{"ordinal":2,"line":3,"column":"","message":"too short"}]', 'its errors by line and column');
select is(jsonb_array_length(api.import_status(:admin, :file, 1, 10) -> 'error_list'), 1, 'after a number');
select throws_ok(format($$ select test.ask('apply', %s) $$, :file), 'LN009', null, 'a file with errors is not applied');
select is(test.ask('check', :file), 'validating', 'it may be checked again');
select api.import_set(:import, :file, null, null, 0, 0, null) \g /dev/null
select is_empty('select * from loan.import_error', 'which forgets the errors');
select api.import_set(:import, :file, 'valid', 3, 3, 0, null) \g /dev/null
select throws_ok(format('select api.import_groups(%s, %s, 2, ''[]'')', :import, :file), 'LN014', null, 'nothing is applied before it is asked for');
select is(test.ask('apply', :file), 'applying', 'applying is asked for');
\set rows '[{"group":9,"name":"Tổ chín","organisation":13,"area":"AL07","point":"TXN2","formed_on":"2015-01-01"}]'
select lives_ok(format('select api.import_groups(%s, %s, 2, %L)', :import, :file, :'rows'), 'a chunk');
select throws_ok(format('select api.import_groups(%s, %s, 2, %L)', :import, :file, :'rows'), 'LN014', null, 'is applied once');
select throws_ok(format('select api.import_groups(%s, %s, 3, %L)', :import, :file, :'rows'), 'LN014', null, 'a group that exists is refused');
select is(applied_lines, 2::bigint, 'and the line stays') from loan.import where import_id = :file;
select throws_ok(format('select api.import_areas(%s, %s, 9, ''[]'')', :import, :file), 'LN014', null, 'rows of another kind');
select throws_ok(format('select api.import_groups(%s, %s, 3, %L)', :import, :file, replace(:'rows', 'TXN2', 'TXN9')), '23502', null, 'a point that is not there');
select api.import_set(:import, :file, 'failed', null, null, null, 'broken') \g /dev/null
select is(test.ask('apply', :file), 'applying', 'what was valid and failed goes on');
select is((select door from loan.entry order by entry_id desc limit 1), 1::smallint, 'asking is the clerk''s entry');

-- Areas: what changed supersedes, reference data get a new version.
select test.version() as version \gset
select test.import('areas', '[{"code":"AL07","name":"Hồng Hạ","kind":"commune","parent":"AL","rural":true,"difficulty":2,"valid_from":"1976-01-01","mark":"found"}]') \g /dev/null
select is(test.version(), :version::bigint, 'what is known already changes nothing');
select test.import('areas', '[{"code":"AL07","name":"Hồng Hạ","kind":"commune","parent":"AL","rural":true,"difficulty":2,"valid_from":"1976-01-01","valid_to":"2025-06-30","successor":"ALX5","mark":"found"}]') \g /dev/null
select is(test.version(), :version::bigint + 1, 'a change does');
select results_eq('select successor, superseded_at is null from loan.area where code = ''AL07'' order by row_id', $$ values (null, false), ('ALX5', true) $$, 'both are kept');
select throws_ok($$ select test.import('areas', '[{"code":"TXN2","name":"Điểm","kind":"point","parent":"AL02","session_day":3,"valid_from":"2003-01-01","mark":"demo"}]') $$, 'LN014', null, 'a point stays in its area');
select test.import('areas', '[{"code":"TXN2","name":"Điểm Hồng Hạ","kind":"point","parent":"AL07","session_day":21,"valid_from":"2003-01-01","mark":"demo"}]') \g /dev/null
select results_eq('select day, superseded_at is null from loan.point_day where point_id = 2 order by row_id', 'values (20::smallint, false), (21::smallint, true)', 'its day may be corrected');

-- Households: personal data as sealed, duplicates refused.
select throws_ok($$ select test.import('households', jsonb_build_array(test.household(1, 'Hai', 'AL02', 1, 1))) $$, 'LN014', null, 'a household that exists');
select throws_ok($$ select test.import('households', jsonb_build_array(jsonb_set(test.household(8, 'Hai', 'AL02', 1, 1), '{members,0,citizen_id,hash}', '"0000000000000000000000000000000000000000000000000000000000000001"'))) $$,
	'LN014', null, 'a citizen id of another');
select results_eq('select field, key_id, encode(sealed, ''hex'') from loan.personal where household_id = 1', $$ values (1::smallint, 168496141, '0a0b0c0d00000001') $$, 'sealed values with the id of their key');
select results_eq($$ select subject_id, fields, hashes from loan.audit where subject = 'household_member' order by 1 limit 1 $$, $$ values ('1/1', '{citizen_id}'::text[], array[decode(lpad('1', 64, '0'), 'hex')]) $$, 'the trail has the name of the field and a hash');
select results_eq('select on_day from loan.household_agenda where household_id = 3', 'values (date ''2024-12-31'')', 'the day its status ends');

-- Lookups for the check.
prepare look(text, text[]) as select * from api.import_lookup(3, $1, $2) order by 1;
select results_eq($$ execute look('area', '{AL02,AL99}') $$, $$ values ('AL02', 'commune') $$, 'areas with their kind');
select results_eq($$ execute look('point', '{TXN1,AL02}') $$, $$ values ('TXN1', 'AL02') $$, 'points with their area');
select results_eq($$ execute look('group', '{1,77}') $$, $$ values ('1', '11|1|2010-01-01|') $$, 'groups');
select results_eq($$ execute look('household', '{1,77}') $$, $$ values ('1', '2015-01-01:AL02|2015-01-01||1') $$, 'households');
select results_eq(format($$ execute look('citizen_hash', '{%s,00}') $$, lpad('2', 64, '0')), format($$ values ('%s', '') $$, lpad('2', 64, '0')), 'citizen ids');
select test.disburse(test.staff('giaodich'), test.key(60), 6600000000000001, 1, 5000000, '2022-01-01') \g /dev/null
select results_eq($$ execute look('contract', '{6600000000000001,6600000000000002}') $$, $$ values ('6600000000000001', '') $$, 'contracts');
select throws_ok($$ execute look('village', '{}') $$, 'LN422', null, 'an unknown kind of key');

-- Loans: a take-over may reach beyond the business date while no night has run.
select test.begin(70, 'loans', 1) as loans \gset
select api.import_append(:admin, :loans, 0, 'x'), test.ask('check', :loans), api.import_set(:import, :loans, 'valid', 2, 2, 0, null), test.ask('apply', :loans) \g /dev/null
create function test.take_over(p_import bigint, p_line bigint, p_loan bigint, p_upto date) returns bigint language sql as $$
	select api.import_loans(test.staff('import'), p_import, p_line, p_upto, test.business(), test.version(), test.contract(p_loan, 2),
		array[array[p_loan,0,1,0,19500,9000000,0,9000000,0,0,0,0,0,0,0,0,0,0,19500,1,0,1] || test.plain()], array[array[p_loan,0,9000000,19358]], array[array[p_loan,1,2,19500,9000000,0,0,-2147483648,-2147483648,0,0]],
		'{}', '{}', '{}', array[array[p_loan,19500,2111,1011,9000000]], '{}', array[array[p_loan,19500,1,0,0,0]], '{}')
$$;
select throws_ok(format('select test.take_over(%s, 2, 6600000000000011, ''2023-01-01'')', :loans), 'LN007', null, 'not beyond the day it says');
select lives_ok(format('select test.take_over(%s, 2, 6600000000000011, ''2026-06-30'')', :loans), 'a fact after the business date, taken over');
select throws_ok(format('select test.take_over(%s, 2, 6600000000000012, ''2026-06-30'')', :loans), 'LN014', null, 'once');
insert into loan.sweep_run (branch, from_on, until_on, state, asked_by) values (1, '2022-01-02', '2022-01-02', 'done', 1);
insert into loan.sweep_day (branch, on_day, run_id, loans_read, loans_changed, transitions, households_changed) select 1, '2022-01-02', max(run_id), 0, 0, 0, 0 from loan.sweep_run;
select throws_ok(format('select test.take_over(%s, 3, 6600000000000012, ''2026-06-30'')', :loans), 'LN007', null, 'not after the first night');
select * from finish();
rollback;
