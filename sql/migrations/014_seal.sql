-- Proof: seals of the days. A seal is the root of a Merkle tree (RFC 6962) over every append-only row of a range of positions,
-- chained to the seal before and signed; which rows and columns those are stands in sql/api/seal.sql.
set role vonvay_owner;

create table loan.seal (
	branch smallint not null references loan.branch,
	number integer not null check (number > 0),
	from_day date not null,       -- the days whose entries it closes, by their business date
	business_date date not null,
	closes boolean not null,      -- false: the next seal goes on with the same days
	closed_at timestamptz not null, -- when the night after the last day had ended
	first_position bigint not null,
	last_position bigint not null, -- first_position - 1: nothing was written
	leaves bigint not null,
	root bytea not null check (octet_length(root) = 32),
	salt bytea not null check (octet_length(salt) = 32), -- blinds the leaves; the signed head has its hash
	previous bytea not null check (octet_length(previous) = 32), -- hash of the seal before; zeros before the first
	hash bytea not null check (octet_length(hash) = 32), -- of the head (include/vonvay/seal.h)
	key_id bytea not null check (octet_length(key_id) = 8),
	signature bytea not null check (octet_length(signature) = 64), -- Ed25519, of the head
	recorded_at timestamptz not null default now(),
	primary key (branch, number),
	check (business_date >= from_day and last_position >= first_position - 1 and leaves >= 0)
);
create unique index seal_last on loan.seal (branch, last_position, number);
comment on table loan.seal is 'what was there when a day was closed, signed: nothing of it can be changed unseen';

-- The leaves of a seal, 1024 a page: a full page is a subtree, so the root is that over the roots of its pages.
create table loan.seal_page (
	branch smallint not null,
	number integer not null,
	page integer not null check (page >= 0),
	first_position bigint not null,
	last_position bigint not null,
	root bytea not null check (octet_length(root) = 32),
	hashes bytea not null check (octet_length(hashes) between 32 and 32768 and octet_length(hashes) % 32 = 0),
	names text not null,          -- of its rows, one a line: position, table, key
	primary key (branch, number, page),
	foreign key (branch, number) references loan.seal deferrable initially deferred
);
comment on table loan.seal_page is 'hashes and names of the sealed rows, so that one that is changed or gone can be named';

-- A verification: asked for by somebody, done by the worker.
create table loan.verify_run (
	run_id bigint generated always as identity primary key,
	branch smallint not null references loan.branch,
	state text not null check (state in ('asked', 'running', 'done', 'failed')),
	public_keys text not null,    -- PEM, as given: what is stored proves nothing
	since_number integer,         -- a seal known from elsewhere, which has to stand in the chain
	since_hash bytea check (octet_length(since_hash) = 32),
	loans boolean not null,       -- replay them too
	asked_by bigint not null references loan.staff,
	asked_at timestamptz not null default now(),
	finished_at timestamptz,
	result jsonb,                 -- counts, what was found
	error text,
	check ((since_number is null) = (since_hash is null))
);
create unique index verify_run_one on loan.verify_run (branch) where state in ('asked', 'running');

-- A member as they are or were: what changes is kept in household_member_past first, so that each version stays somewhere.
create view loan.household_member_version with (security_invoker = true) as
select m.branch, m.household_id, m.member_no, m.name, m.sex, m.born_on, m.relation, m.ethnic, m.representative, m.from_on,
	m.until_on, m.ended, m.entry_id
from loan.household_member m
union all
select m.branch, m.household_id, m.member_no, m.name, m.sex, m.born_on, m.relation, m.ethnic, m.representative, m.from_on,
	m.until_on, m.ended, m.entry_id
from loan.household_member_past m;
comment on view loan.household_member_version is 'members in all their versions, each with the entry that made it';

-- Rows by the entry they hang on.
do $$
declare
	t text;
begin
	foreach t in array array['fact', 'decision', 'contract', 'place', 'audit', 'form_use', 'fund_appropriation', 'application',
		'contract_study', 'credit_group', 'household', 'household_residence', 'household_member', 'household_member_past',
		'household_class', 'household_attribute', 'household_signer', 'household_survey', 'household_review', 'group_member',
		'group_leader', 'session', 'loan_check', 'notice', 'escape_registration', 'need', 'support_plan', 'target',
		'programme_change', 'application_recheck', 'work_done', 'eligibility_change'] loop
		execute format('create index %1$s_by_entry on loan.%1$I (entry_id)', t);
	end loop;
	foreach t in array array['transition', 'household_residence', 'household_class', 'household_attribute', 'household_signer',
		'household_survey', 'group_leader', 'session_line', 'fund_appropriation', 'need_end', 'support_plan', 'target'] loop
		execute format('create index %1$s_by_end on loan.%1$I (superseded_by) where superseded_by is not null', t);
	end loop;
	execute 'create index staff_role_by_entry on loan.staff_role (entry_id)';
	execute 'create index staff_role_by_end on loan.staff_role (superseded_by) where superseded_by is not null';
	execute 'create index group_member_by_end on loan.group_member (ended_by) where ended_by is not null';
	execute 'create index session_by_end on loan.session (close_entry) where close_entry is not null';
end $$;

reset role;
