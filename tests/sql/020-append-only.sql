-- Facts, transitions, postings, entries, audit rows are never changed, by anyone but a superuser.
begin;
\ir fixture.psql
select no_plan();
select test.disburse(test.staff('giaodich'), test.key(1), 6600000000000001, 1, 12000000, '2022-01-01') \g /dev/null
select test.pay(test.staff('giaodich'), test.key(2), 6600000000000001, 1000000, '2022-01-01') \g /dev/null
insert into loan.transition (branch, entry_id, ordinal, loan_id, kind, effective_on, amount)
select 1, max(entry_id), 1, 6600000000000001, 1, '2022-01-01', 0 from loan.entry;

-- With all rights and no row security, as an owner or a careless later grant could have.
grant all on all tables in schema loan to vonvay_api;
alter table loan.fact no force row level security;
select set_config('vonvay.branch', '1', true), set_config('vonvay.scope', 'all', true) \g /dev/null
set local role vonvay_api;
select throws_ok('update loan.' || t || ' set branch = branch', 'LN013', null, 'update of ' || t)
from unnest('{fact,posting,decision,place,audit,contract,agenda,eligibility_change}'::text[]) t;
select throws_ok('delete from loan.' || t, 'LN013', null, 'delete from ' || t)
from unnest('{fact,posting,decision,place,audit,contract,agenda,eligibility_change,entry,transition}'::text[]) t;
reset role;
grant truncate on all tables in schema loan to vonvay_api;
set local role vonvay_api;
select throws_ok('truncate loan.' || t, 'LN013', null, 'truncate of ' || t)
from unnest('{fact,posting,decision,place,audit,agenda,eligibility_change,transition}'::text[]) t;
select throws_like('delete from loan.fact', 'append_only: rows of loan.fact%', 'the error says so');
select throws_ok('update loan.entry set method = ''x''', 'LN013', null, 'an entry keeps what it says');
select throws_ok('update loan.transition set amount = amount + 1', 'LN013', null, 'so does a transition');
select throws_ok('update loan.transition set superseded_by = 1, amount = amount + 1', 'LN013', null, 'also while it is superseded');
select lives_ok('update loan.entry set position = entry_id where position is null', 'a position is given');
select throws_ok('update loan.entry set position = position + 1000', 'LN013', null, 'once');
select throws_ok('update loan.entry set position = null', 'LN013', null, 'and never taken away');
select lives_ok('update loan.transition set superseded_by = 1', 'a transition is superseded');
select throws_ok('update loan.transition set superseded_by = 2', 'LN013', null, 'once');
reset role;
set local role vonvay_owner;
select throws_ok('update loan.fact set amount = 1', 'LN013', null, 'the owner can''t either');
select throws_ok('truncate loan.posting', 'LN013', null, 'nor truncate');
reset role;
select lives_ok('update loan.fact set amount = amount', 'a superuser can');
select lives_ok('delete from loan.posting', 'and delete');
select * from finish();
rollback;
