-- Groups in time, member deposits, sessions of a point with their sheets and cash.
set role vonvay_owner;

-- Who led a group from a day on; before the first row the leader named when the group was formed.
create table loan.group_leader (
	row_id bigint generated always as identity primary key,
	branch smallint not null,
	group_id bigint not null,
	from_on date not null,
	name text not null,
	household_id bigint,      -- the leader's own household
	reason text not null default '',
	entry_id bigint not null,
	superseded_by bigint,     -- entry
	foreign key (branch, group_id) references loan.credit_group,
	foreign key (branch, household_id) references loan.household
);
create unique index group_leader_from on loan.group_leader (branch, group_id, from_on) where superseded_by is null;

create table loan.group_event (
	branch smallint not null,
	entry_id bigint not null,
	group_id bigint not null,
	kind text not null check (kind in ('formed', 'split', 'merged', 'dissolved')),
	on_day date not null,
	other_group bigint,       -- split: where its members came from; merged: where they went
	decision text not null,   -- of the commune, or why
	primary key (branch, entry_id, group_id, kind),
	foreign key (branch, group_id) references loan.credit_group
);
create index group_event_group on loan.group_event (branch, group_id);

-- Member deposits, account 105: one a household. The number of the last fact is its version.
create table loan.deposit (
	branch smallint not null,
	household_id bigint not null,
	facts integer not null,
	balance loan.vnd_owed not null,
	primary key (branch, household_id),
	foreign key (branch, household_id) references loan.household
);
comment on table loan.deposit is 'what the facts of a deposit add up to; written only together with them';

create table loan.deposit_fact (
	branch smallint not null,
	household_id bigint not null,
	no integer not null check (no > 0),
	entry_id bigint not null,
	kind smallint not null check (kind between 1 and 6), -- enum deposit_kind
	effective_on date not null,
	amount loan.vnd_owed not null,
	reverses integer,
	loan_id bigint,           -- taken: the loan it paid
	group_id bigint,          -- at whose session
	primary key (branch, household_id, no),
	constraint deposit_fact_amount check ((kind = 5) = (amount = 0)),
	constraint deposit_fact_reverses check ((kind = 5) = (reverses is not null))
);
create unique index deposit_fact_reversed_once on loan.deposit_fact (branch, household_id, reverses) where reverses is not null;
create index deposit_fact_entry on loan.deposit_fact (branch, entry_id);

create table loan.deposit_posting (
	branch smallint not null,
	entry_id bigint not null,
	ordinal integer not null,
	household_id bigint not null,
	effective_on date not null,
	debit smallint not null,
	credit smallint not null,
	amount loan.vnd not null check (amount > 0),
	primary key (branch, entry_id, ordinal),
	check (debit <> credit)
);
create index deposit_posting_household on loan.deposit_posting (branch, household_id);

-- A session of a point that something was posted for. While it is open it takes sheets and corrections.
create table loan.session (
	branch smallint not null,
	point_id integer not null,
	session_on date not null,
	entry_id bigint not null, -- of what was posted first
	closed_on date,           -- business date
	closed_at timestamptz,
	close_entry bigint,
	primary key (branch, point_id, session_on),
	foreign key (branch, point_id) references loan.point,
	check ((closed_on is null) = (closed_at is null) and (closed_on is null) = (close_entry is null))
);

-- A post of a group's sheet (it may come in parts), a correction of a line, or why there is none. Sums over the rows of a
-- group are what its session brought: expected is what was posted, counted what lay on the table.
create table loan.session_sheet (
	branch smallint not null,
	entry_id bigint not null,
	point_id integer not null,
	session_on date not null,
	group_id bigint not null,
	kind text not null check (kind in ('posted', 'corrected', 'excused')),
	posted_on date not null,  -- business date; the leader was there when it is the day of the session
	posted_at timestamptz not null default now(),
	received_on date not null, -- day of the leader's receipts
	lines_posted integer not null,
	lines_refused integer not null,
	cash_expected bigint not null,      -- interest and deposits less withdrawals, from the leader
	cash_counted bigint not null,
	principal_expected bigint not null, -- from the borrowers
	principal_counted bigint not null,
	reason text not null default '',
	primary key (branch, entry_id),
	foreign key (branch, point_id, session_on) references loan.session,
	foreign key (branch, group_id) references loan.credit_group
);
create index session_sheet_session on loan.session_sheet (branch, point_id, session_on, group_id);
create index session_sheet_group on loan.session_sheet (branch, group_id, session_on);

create table loan.session_line (
	branch smallint not null,
	entry_id bigint not null,
	ordinal integer not null, -- the line of the sheet, from 1
	point_id integer not null,
	session_on date not null,
	group_id bigint not null,
	household_id bigint not null,
	loan_id bigint,           -- null: only a deposit
	source smallint not null, -- code 'fact_source': interest and principal are paid from cash or from the deposit
	asked bigint not null,    -- interest the sheet asked for
	interest bigint not null check (interest >= 0),
	principal bigint not null check (principal >= 0),
	deposit bigint not null check (deposit >= 0),
	withdraw bigint not null check (withdraw >= 0),
	word text,                -- null: posted; else why it was refused
	field text,
	allocation bigint[],      -- where interest and principal went, in the order of enum part
	facts integer[],          -- numbers of the loan's facts of this line
	deposit_facts integer[],
	superseded_by bigint,     -- entry of the correction
	primary key (branch, entry_id, ordinal),
	check (word is null or (facts is null and deposit_facts is null))
);
create unique index session_line_once on loan.session_line (branch, session_on, group_id, household_id, coalesce(loan_id, 0))
	where word is null and superseded_by is null;
create index session_line_loan on loan.session_line (branch, loan_id) where word is null and superseded_by is null;
create index session_line_household on loan.session_line (branch, household_id) where word is null and superseded_by is null;

reset role;
