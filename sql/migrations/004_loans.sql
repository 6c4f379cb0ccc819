-- Loans: the contract, its facts, the transitions that follow from them, the state as their fold, the books and the summaries.
-- The tables that grow with every fact have no foreign keys: one trigger a statement checks all its rows at once (006).
set role vonvay_owner;

-- One row a write: who, when, by which door; gap-free position given after commit by api.number_entries().
create table loan.entry (
	entry_id bigint generated always as identity primary key,
	branch smallint not null references loan.branch,
	recorded_at timestamptz not null default now(),
	business_date date not null,
	actor bigint not null references loan.staff,
	door smallint not null,   -- code 'door': 1 unix socket, 2 night, 3 import, 4 set-up
	method text not null,
	position bigint,          -- null until numbered
	unique (branch, position)
);
create index entry_unnumbered on loan.entry (entry_id) where position is null;

create table loan.cell (
	branch smallint not null references loan.branch,
	cell_id integer generated always as identity,
	commune text not null,
	point_id integer not null,
	programme text not null references loan.programme,
	organisation smallint not null references loan.organisation,
	rate_line text not null references loan.rate_line,
	overdue_percent smallint not null,
	primary key (branch, cell_id),
	unique (branch, commune, point_id, programme, organisation, rate_line, overdue_percent)
);
comment on table loan.cell is 'the fixed dimensions of summaries; a loan belongs to one cell at a time, by its place and rate line';

create table loan.contract (
	branch smallint not null references loan.branch,
	loan_id bigint not null check (loan_id between 1000000000000000 and 9999999999999999), -- contract number, 16 digits
	household_id bigint not null, -- this and what follows to the organisation: when the contract was made;
	member_no smallint not null,  -- who signs                          what holds now stands in loan.state
	group_id bigint,              -- null: lent directly
	point_id integer not null,
	cell_id integer not null,
	commune text not null,
	organisation smallint not null,
	programme text not null references loan.programme,
	purpose text not null default '',
	rate_line text not null references loan.rate_line,
	fund smallint not null default 1, -- 1 central, 2 local budget
	contract_on date not null,
	term_months smallint not null check (term_months between 1 and 360),
	instalment_months smallint not null,
	principal_grace_months smallint not null,
	interest_grace_months smallint not null,
	grace_end date not null,
	rounding bigint not null check (rounding > 0),
	instalment_default smallint not null check (instalment_default in (1, 2)),
	overdue_percent smallint not null check (overdue_percent between 100 and 200 and overdue_percent % 10 = 0),
	due_on date[] not null,       -- scheduled dates of the instalments, fixed with the contract
	due_month smallint[] not null,
	entry_id bigint not null references loan.entry,
	primary key (branch, loan_id),
	foreign key (branch, household_id, member_no) references loan.household_member,
	foreign key (branch, group_id) references loan.credit_group,
	foreign key (branch, cell_id) references loan.cell,
	check (cardinality(due_on) = cardinality(due_month) and cardinality(due_on) between 1 and 360)
);
create index contract_household on loan.contract (branch, household_id);
create index contract_group on loan.contract (branch, group_id);

-- Where loans have moved to: one row a distinct place, which facts of kind 16 name by its number.
create table loan.place (
	branch smallint not null references loan.branch,
	place_id integer not null check (place_id > 0),
	household_id bigint not null,
	member_no smallint not null,
	group_id bigint,              -- null: served directly
	point_id integer not null,
	organisation smallint not null references loan.organisation,
	commune text not null,
	entry_id bigint not null references loan.entry,
	primary key (branch, place_id),
	foreign key (branch, household_id, member_no) references loan.household_member,
	foreign key (branch, group_id) references loan.credit_group,
	foreign key (branch, point_id) references loan.point
);
create unique index place_once on loan.place
	(branch, household_id, member_no, coalesce(group_id, 0), point_id, organisation, commune);
create index place_group on loan.place (branch, group_id);

create table loan.state (
	branch smallint not null,
	loan_id bigint not null,
	version integer not null,     -- raised by each write; a write that read another is refused
	status smallint not null,     -- enum loan_status
	in_grace boolean not null,
	since date,
	disbursed loan.vnd_owed not null,
	paid loan.vnd_owed not null,
	written_off loan.vnd_owed not null default 0, -- principal
	interest_written_off loan.vnd_owed not null default 0,
	recovered loan.vnd_owed not null default 0,   -- of both
	in_term loan.vnd_owed not null,
	overdue loan.vnd_owed not null,
	frozen loan.vnd_owed not null,
	interest_in_term_dong loan.vnd not null,
	interest_in_term_units loan.interest_units not null,
	interest_overdue_dong loan.vnd not null,
	interest_overdue_units loan.interest_units not null,
	interest_grace_dong loan.vnd not null,
	interest_grace_units loan.interest_units not null,
	accrued_dong loan.vnd not null,
	accrued_units loan.interest_units not null,
	last_on date,
	last_rank smallint not null,
	decided smallint not null,
	facts integer not null,       -- number of the last fact
	amounts bigint[] not null,    -- of the instalments
	due_on date[],                -- null: those of the contract
	frozen_until date,            -- first day no longer frozen; infinity: no end is known; null: nothing is frozen
	thawed_on date,               -- a freeze ended after the maturity, and no session has decided since
	line integer not null default 0, -- loan.rate_line.overlay; 0: the line of the contract
	line_until date,
	holiday_until date,           -- interest is not asked before this day
	place integer not null default 0, -- loan.place; 0: that of the contract. What follows is the place that holds now
	moved_on date,                -- since when
	cell_id integer not null,
	household_id bigint not null,
	member_no smallint not null,
	group_id bigint,
	point_id integer not null,
	organisation smallint not null,
	commune text not null,        -- scope
	primary key (branch, loan_id),
	foreign key (branch, loan_id) references loan.contract,
	foreign key (branch, cell_id) references loan.cell,
	constraint state_dates check (due_on is null or cardinality(due_on) = cardinality(amounts)),
	constraint state_amounts check (loan.sum_of(amounts) = disbursed),
	constraint state_principal check (disbursed - paid - written_off = in_term + overdue + frozen),
	constraint state_closed check (status <> 4 or (in_term = 0 and overdue = 0 and frozen = 0)),
	constraint state_interest check (interest_in_term_dong >= -1 and interest_overdue_dong >= -1 and interest_grace_dong >= -1)
) with (fillfactor = 80);
create index state_household on loan.state (branch, household_id);
create index state_group on loan.state (branch, group_id);
comment on table loan.state is 'fold of facts and transitions (include/vonvay/loan.h); written only together with them';

create table loan.fact (
	branch smallint not null,
	loan_id bigint not null,
	no integer not null check (no > 0),
	entry_id bigint not null,
	kind smallint not null check (kind between 1 and 16), -- enum fact_kind
	effective_on date not null,
	amount loan.vnd_owed not null,
	interest loan.vnd_owed not null default 0, -- written off
	until_on date,                -- new date of what is rescheduled, extended, frozen, relieved
	holiday_until date,           -- relieved: interest is not asked before this day
	number integer,               -- rescheduled: instalment from 0; relieved: overlay line, 0 none; moved: place
	source smallint not null default 0 check (source in (0, 1)), -- code 'fact_source': where a payment comes from
	reverses integer,
	opening bigint[] check (cardinality(opening) = 10), -- principal, in_term, overdue, frozen, three interests as dong, units
	primary key (branch, loan_id, no),
	constraint fact_amount check (case
		when kind in (1, 6, 7, 8, 10, 11, 15, 16) then amount = 0
		when kind = 12 then amount + interest > 0
		else amount > 0 end),
	constraint fact_interest check (kind = 12 or interest = 0),
	constraint fact_until check (case when kind in (7, 8, 9, 10) then until_on is not null
		when kind in (1, 15) then true else until_on is null end),
	constraint fact_holiday check (kind = 15 or holiday_until is null),
	constraint fact_number check ((kind in (7, 15, 16)) = (number is not null)),
	constraint fact_source check (source = 0 or kind in (3, 4, 5, 13)),
	constraint fact_opening check ((kind = 1) = (opening is not null)),
	constraint fact_reverses check ((kind = 6) = (reverses is not null))
);
create unique index fact_reversed_once on loan.fact (branch, loan_id, reverses) where reverses is not null;
create index fact_moved on loan.fact (branch, number) where kind = 16;

-- Who decided a fact, by which paper and why: what the fold doesn't need and an inspector does.
create table loan.decision (
	branch smallint not null,
	loan_id bigint not null,
	no integer not null,          -- the fact
	entry_id bigint not null references loan.entry,
	kind text not null,           -- word of the event: 'freeze', 'reverse'...
	number text not null default '', -- of the decision
	decided_on date,
	authority text not null default '',
	risk_case text not null default '', -- K1 .. K5
	loss_percent smallint check (loss_percent between 0 and 100),
	form text not null default '',
	reason text not null default '',
	note jsonb not null default '{}',
	primary key (branch, loan_id, no)
);
comment on table loan.decision is 'the paper behind a fact; a form goes with its number and day into form_use too';

create table loan.transition (
	branch smallint not null,
	entry_id bigint not null,
	ordinal integer not null,
	loan_id bigint not null,
	kind smallint not null check (kind between 1 and 8), -- enum transition_kind
	effective_on date not null,
	instalment smallint,          -- index from 0
	amount loan.vnd_owed not null,
	superseded_by bigint,         -- entry; a back-dated fact made it untrue
	primary key (branch, entry_id, ordinal)
);
create index transition_loan on loan.transition (branch, loan_id);

create table loan.posting (
	branch smallint not null,
	entry_id bigint not null,
	ordinal integer not null,
	loan_id bigint not null,
	effective_on date not null,
	debit smallint not null,
	credit smallint not null,
	amount loan.vnd not null check (amount > 0),
	primary key (branch, entry_id, ordinal),
	check (debit <> credit)
);
create index posting_loan on loan.posting (branch, loan_id);

-- Days on which something may happen by itself; written with the contract and with what moves a date, never moved.
create table loan.agenda (
	branch smallint not null,
	point_id integer not null,
	due_on date not null,
	loan_id bigint not null,
	reason smallint not null,     -- code 'agenda': 1 instalment, 2 maturity (at a session); 3 grace_end, 4 freeze_end, 5 relief_end (by date)
	primary key (branch, point_id, due_on, loan_id, reason)
);
create index agenda_by_date on loan.agenda (branch, due_on, loan_id) where reason >= 3;

-- Where a loan stood from when to when, while principal was left: counts of households for any day.
create table loan.span (
	branch smallint not null,
	loan_id bigint not null,
	from_on date not null,
	until_on date,                -- first day no longer so; null: still
	status smallint not null,
	household_id bigint not null,
	cell_id integer not null,
	primary key (branch, loan_id, from_on),
	check (until_on is null or until_on > from_on)
);
create index span_household on loan.span (branch, household_id);

-- Additive changes of the summaries (include/vonvay/portfolio.h). Folded: entry_id 0 and one row a day.
create table loan.portfolio_delta (
	branch smallint not null,
	cell_id integer not null,
	status smallint not null,     -- enum loan_status
	effective_on date not null,
	recorded_on date not null,    -- business date of the write
	loans bigint not null,
	in_term bigint not null,
	overdue bigint not null,
	frozen bigint not null,
	grace bigint not null,
	overdue_grace bigint not null,
	interest_in_term_dong bigint not null,
	interest_in_term_units bigint not null,
	interest_overdue_dong bigint not null,
	interest_overdue_units bigint not null,
	interest_grace_dong bigint not null,
	interest_grace_units bigint not null,
	folded boolean not null default false
);
create index portfolio_delta_day on loan.portfolio_delta (branch, effective_on);
create index portfolio_delta_unfolded on loan.portfolio_delta (branch, recorded_on) where not folded;
comment on table loan.portfolio_delta is 'sums over any past day without copies; the night folds the rows of one cell, status and day into one';

reset role;
