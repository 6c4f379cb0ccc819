-- The books over all postings; what is watched: checks of loans and groups, notices of what falls due, bands of scores and
-- commissions.
set role vonvay_owner;

-- One view over every posting there is. security_invoker: the policies are those of who asks.
create view loan.book with (security_invoker = true) as
select p.branch, p.entry_id, 1::smallint as source, p.ordinal, p.loan_id, null::bigint as household_id, p.effective_on,
	p.debit, p.credit, p.amount::bigint as amount
from loan.posting p
union all
select d.branch, d.entry_id, 2::smallint, d.ordinal, null, d.household_id, d.effective_on, d.debit, d.credit, d.amount::bigint
from loan.deposit_posting d;
comment on view loan.book is 'all postings: source 1 of loans, 2 of member deposits';

create index posting_day on loan.posting (branch, effective_on);
create index deposit_posting_day on loan.deposit_posting (branch, effective_on);

-- Points of a criterion of the group score from a value on: the highest at_least that is not above the value counts.
create table loan.score_band (
	row_id bigint generated always as identity primary key,
	criterion text not null check (criterion in ('overdue', 'interest', 'attendance', 'principal_due', 'deposit_growth',
		'depositing')),
	from_on date not null,
	at_least bigint not null,     -- basis points; the ratio rounded against the group (include/vonvay/group_score.h)
	points smallint not null check (points between 0 and 100),
	reason text not null,
	mark text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz
);
create unique index score_band_from on loan.score_band (criterion, from_on, at_least) where superseded_at is null;
comment on table loan.score_band is 'dated tables of points of the group score (domain.md 5.2, 9 f: figures not found)';

-- What a leader is paid of the interest collected: the highest collection_from that is not above the rate of collection, while
-- the bad debt is no more than bad_debt_upto.
create table loan.commission_band (
	row_id bigint generated always as identity primary key,
	from_on date not null,
	collection_from integer not null check (collection_from between 0 and 10000), -- basis points
	bad_debt_upto integer not null check (bad_debt_upto between 0 and 10000),     -- basis points of the balance
	share integer not null check (share between 0 and 10000),                     -- basis points of the interest collected
	reason text not null,
	mark text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz
);
create unique index commission_band_from on loan.commission_band (from_on, collection_from) where superseded_at is null;
comment on table loan.commission_band is 'dated bands of the leader''s commission (domain.md 5.1: figures not found)';

-- Checks of the use of a loan (06/TD) and of a group (16/TD). A correction is a further check.
create table loan.loan_check (
	branch smallint not null,
	check_id bigint generated always as identity,
	loan_id bigint,
	group_id bigint,
	checked_on date not null,
	checked_by text not null,     -- who looked, by name
	result text not null check (result in ('as_agreed', 'misused', 'not_used', 'lost', 'borrower_gone', 'faults')),
	amount loan.vnd_owed not null default 0, -- misused, or lost
	form text not null check (form in ('06/TD', '16/TD')),
	note text not null default '',
	entry_id bigint not null references loan.entry,
	primary key (branch, check_id),
	constraint loan_check_subject check ((loan_id is null) <> (group_id is null)),
	constraint loan_check_form check ((form = '06/TD') = (loan_id is not null)),
	foreign key (branch, loan_id) references loan.contract,
	foreign key (branch, group_id) references loan.credit_group
);
create index loan_check_loan on loan.loan_check (branch, loan_id, checked_on) where loan_id is not null;
create index loan_check_group on loan.loan_check (branch, group_id, checked_on) where group_id is not null;
comment on table loan.loan_check is 'checks after lending (domain.md 5.4): 06/TD of a loan, 16/TD of a group';

-- The borrower was told what falls due in a month.
create table loan.notice (
	branch smallint not null,
	notice_id bigint generated always as identity,
	loan_id bigint not null,
	month date not null check (extract(day from month) = 1), -- its first day
	given_on date not null,
	given_to text not null default '',
	entry_id bigint not null references loan.entry,
	primary key (branch, notice_id),
	unique (branch, loan_id, month),
	foreign key (branch, loan_id) references loan.contract
);
comment on table loan.notice is 'notices of what falls due in a month, given at least notice_days before (domain.md 5.6)';

reset role;
