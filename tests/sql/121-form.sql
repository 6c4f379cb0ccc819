-- Papers: numbered without gaps, recorded once, never changed, seen with what they are about.
begin;
\ir fixture.psql
select no_plan();

select loan.enter(test.staff('giaodich')) \g /dev/null
insert into loan.entry (branch, business_date, actor, door, method)
values (1, test.business(), test.staff('giaodich'), 1, 'test') returning entry_id as entry \gset
set local role vonvay_api;
select is(loan.form_put(1::smallint, :entry, '01/TD', null, '2022-01-03', 'household', 1), '2022/000001', 'the first number of a year');
select is(loan.form_put(1::smallint, :entry, '01/TD', '', '2022-01-04', 'household', 2), '2022/000002', 'the next one');
select is(loan.form_put(1::smallint, :entry, '01/TD', null, '2023-01-04', 'household', 2), '2023/000001', 'another year begins again');
select is(loan.form_put(1::smallint, :entry, '03/TD', ' 7 ', '2022-01-04', 'household', 2), '7', 'a number given stays');
select is(loan.form_put(1::smallint, :entry, '03/TD', '7', '2022-01-04', 'household', 4), '7', 'one list is about several');
select throws_ok($$ select loan.form_put(1::smallint, $$ || :entry || $$, '03/TD', '7', '2022-01-04', 'household', 2) $$, 'LN014', null, 'but once about each');
select is(loan.forms_of(1::smallint, 'household', 2) -> 1 ->> 'number', '7', 'the papers of a household in order of their days');
select throws_ok($$ update loan.form_use set number = '8' $$, '42501', null, 'no grant changes one');
select is((select count(*) from loan.form_use), 5::bigint, 'all are seen by the whole branch');
reset role;
set local role vonvay_owner;
select throws_ok($$ delete from loan.form_use $$, 'LN013', null, 'nor does the owner delete one');
reset role;
select loan.enter(test.staff('hoiphunu')) \g /dev/null
set local role vonvay_api;
select is((select count(*) from loan.form_use), 0::bigint, 'not those of households in groups of another organisation');
reset role;
select * from finish();
rollback;
