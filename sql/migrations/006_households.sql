-- Households as the yearly and monthly reviews see them, and how they split, merge, move and end.
set role vonvay_owner;

-- Who signed for a household from when on. A household without rows: the member marked in loan.household_member, always.
create table loan.household_signer (
	row_id bigint generated always as identity primary key,
	branch smallint not null,
	household_id bigint not null,
	from_on date not null,
	member_no smallint,       -- null: nobody, no adult is left
	entry_id bigint not null,
	superseded_by bigint,     -- entry
	foreign key (branch, household_id) references loan.household,
	foreign key (branch, household_id, member_no) references loan.household_member
);
create unique index household_signer_from on loan.household_signer (branch, household_id, from_on) where superseded_by is null;

-- What was known of a member, and sealed of them, before a change.
create table loan.household_member_past (
	row_id bigint generated always as identity primary key,
	like loan.household_member,
	superseded_by bigint not null,
	foreign key (branch, household_id, member_no) references loan.household_member
);
create index household_member_past_member on loan.household_member_past (branch, household_id, member_no);

create table loan.personal_past (
	row_id bigint generated always as identity primary key,
	like loan.personal,
	superseded_by bigint not null,
	foreign key (key_id) references loan.data_key,
	foreign key (branch, household_id, member_no) references loan.household_member
);
create index personal_past_member on loan.personal_past (branch, household_id, member_no);
create index personal_past_key on loan.personal_past (key_id); -- for the rotation of keys
comment on table loan.personal_past is 'personal data as they were before a change, or of members who went to another household; as sealed then';

-- Who looked at which household: a row for whoever, which method and which minute at most; written before the answer leaves.
create table loan.household_look (
	look_id bigint generated always as identity primary key,
	branch smallint not null,
	household_id bigint not null,
	actor bigint not null references loan.staff,
	door smallint not null,   -- code 'door'
	method text not null,
	reason text not null default '', -- why personal data were shown in full
	looked_at timestamptz not null default now(),
	foreign key (branch, household_id) references loan.household
);
create index household_look_household on loan.household_look (branch, household_id, looked_at);
create index household_look_actor on loan.household_look (branch, actor, looked_at);

-- Income and indicators as a survey found them.
create table loan.household_survey (
	row_id bigint generated always as identity primary key,
	branch smallint not null,
	household_id bigint not null,
	on_day date not null,
	income loan.vnd_owed not null, -- a person and month
	lacking integer not null check (lacking between 0 and 4095), -- code 'poverty_indicator'
	entry_id bigint not null,
	superseded_by bigint,
	foreign key (branch, household_id) references loan.household
);
create unique index household_survey_day on loan.household_survey (branch, household_id, on_day) where superseded_by is null;

-- Requests for a review during the year (Decision 24/2021: every month, the result within days).
create table loan.household_review (
	review_id bigint generated always as identity primary key,
	branch smallint not null,
	household_id bigint not null,
	asked_on date not null,
	starts_on date not null,
	due_on date not null,
	note text not null,
	entry_id bigint not null,
	closed_on date,
	class smallint check (class between 0 and 4), -- what was decided
	change text,              -- what it means after the classes before it
	decision text,
	closed_by bigint,         -- entry
	foreign key (branch, household_id) references loan.household,
	check (starts_on >= asked_on and due_on >= starts_on),
	check ((closed_on is null) = (closed_by is null) and (closed_on is null) = (class is null))
);
create unique index household_review_open on loan.household_review (branch, household_id) where closed_on is null;

-- The rows of a file of reviews that was checked, with what each would change; for the preview.
create table loan.import_review (
	import_id bigint not null references loan.import,
	line bigint not null,
	branch smallint not null,
	household_id bigint not null,
	on_day date not null,
	before smallint not null, -- class until then
	class smallint not null,
	change text not null,
	version bigint not null,  -- of the household, when it was checked
	primary key (import_id, line),
	foreign key (branch, household_id) references loan.household
);

reset role;
