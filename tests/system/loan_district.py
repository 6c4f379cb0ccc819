"""A district so small that every figure can be followed by hand: two communes that merge on 2025-07-01, two points
(session on the 10th and on the 25th), one group of farmers, one of women, and a handful of households."""

BUSINESS = "2024-03-15"

AREAS = """
insert into loan.area (branch, code, name, search, kind, parent, rural, difficulty, valid_from, valid_to, successor, mark)
select 1, code, name, loan.searchable(name), kind, parent, true, difficulty, vf::date, vt::date, successor, 'demo'
from (values
	('HUE', 'Huế', 'branch', null, 0, '2003-01-01', null, null),
	('AL', 'A Lưới', 'transaction_office', 'HUE', 0, '2003-01-01', null, null),
	('C1', 'Hồng Kim', 'commune', 'AL', 2, '2000-01-01', '2025-06-30', 'CX'),
	('C2', 'A Ngo', 'commune', 'AL', 1, '2000-01-01', '2025-06-30', 'CX'),
	('CX', 'A Lưới 1', 'commune', 'AL', 2, '2025-07-01', null, null)
) a (code, name, kind, parent, difficulty, vf, vt, successor);
insert into loan.point (branch, point_id, code, name, area, valid_from) values
	(1, 1, 'TXN01', 'Điểm Hồng Kim', 'C1', '2018-01-01'), (1, 2, 'TXN02', 'Điểm A Ngo', 'C2', '2018-01-01');
insert into loan.point_day (branch, point_id, from_on, day) values (1, 1, '2018-01-01', 10), (1, 2, '2018-01-01', 25);
"""

# household: name, area, group, classes; 8 lives alone in no group
PEOPLE = """
insert into loan.entry (branch, business_date, actor, door, method) values (1, '2018-01-01', 1, 4, 'set-up');
insert into loan.credit_group (branch, group_id, name, search, organisation, area, hamlet, point_id, leader, formed_on, entry_id)
values (1, 1, 'Tổ A Đớt', 'to a dot', 11, 'C1', 'A Đớt', 1, 'Hồ Văn Nam', '2018-01-01', 1),
	(1, 2, 'Tổ Pâr Nghi', 'to par nghi', 12, 'C2', 'Pâr Nghi', 2, 'Kăn Lành', '2018-01-01', 1);
insert into loan.household (branch, household_id, name, search, registered_on, entry_id)
select 1, no, name, loan.searchable(name), '2018-01-01', 1
from (values (1, 'Hồ Văn Đức'), (2, 'Kăn Thị Lý'), (3, 'Quỳnh Nga'), (4, 'A Viết Sơn'), (5, 'Lê Minh'), (8, 'Trần Bé')) h (no, name);
insert into loan.household_residence (branch, household_id, from_on, area, hamlet, entry_id)
select 1, no, '2018-01-01', area, '', 1 from (values (1, 'C1'), (2, 'C1'), (3, 'C2'), (4, 'C2'), (5, 'C1'), (8, 'C2')) h (no, area);
insert into loan.household_member (branch, household_id, member_no, name, search, sex, born_on, relation, ethnic, representative, entry_id)
select 1, h.household_id, 1, h.name, h.search, 'male', '1980-05-05', 'head', 'Tà Ôi', true, 1 from loan.household h;
insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id)
select 1, no, '2022-01-01', class, 'QĐ 1', 1 from (values (1, 1), (2, 2), (3, 1), (4, 1), (5, 4), (8, 1)) h (no, class);
insert into loan.household_attribute (branch, household_id, from_on, attributes, entry_id)
select 1, household_id, '2018-01-01', 1 + 16, 1 from loan.household;
insert into loan.group_member (branch, group_id, household_id, from_on, entry_id)
select 1, g, no, '2018-01-01', 1 from (values (1, 1), (1, 2), (2, 3), (2, 4), (1, 5)) m (g, no);
"""

# Tests move the business date behind the daemon's back, so it has to ask every time.
SETTINGS = {"daemon.demo_act_as": "yes", "database.context_kept_ms": 0}


def fill(database, business=BUSINESS):
    """The district as of its first day; no night has run."""
    database.psql(AREAS + PEOPLE)
    database.psql(f"update loan.business set business_date = '{business}', swept_until = '{business}', began_on = '2018-01-01'")
    database.psql("update loan.reference_version set version = version + 1")
    return database


def add_households(database, first, count):
    """More poor households of the group of farmers, for tests that need one of their own."""
    database.psql(
        f"""
insert into loan.household (branch, household_id, name, search, registered_on, entry_id)
select 1, no, 'Hộ ' || no, 'ho ' || no, '2018-01-01', 1 from generate_series({first}, {first + count - 1}) no;
insert into loan.household_residence (branch, household_id, from_on, area, hamlet, entry_id)
select 1, household_id, '2018-01-01', 'C1', '', 1 from loan.household where household_id >= {first};
insert into loan.household_member (branch, household_id, member_no, name, search, sex, born_on, relation, representative, entry_id)
select 1, household_id, 1, name, search, 'female', '1980-05-05', 'head', true, 1 from loan.household where household_id >= {first};
insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id)
select 1, household_id, '2022-01-01', 1, 'QĐ 1', 1 from loan.household where household_id >= {first};
insert into loan.group_member (branch, group_id, household_id, from_on, entry_id)
select 1, 1, household_id, '2018-01-01', 1 from loan.household where household_id >= {first};
"""
    )


def move_business(database, day):
    """The business date as the night moves it; without its settling, which every read and write does by itself."""
    database.psql(f"update loan.business set business_date = '{day}' where business_date < '{day}'")


def contract(rpc, household=1, amount=30_000_000, term=24, on=None, **more):
    """Disburse a new contract of a poor household and return its number."""
    params = {"household": str(household), "programme": "01", "amount": amount, "term_months": term, **more}
    if on:
        params["disbursed_on"] = on
    return rpc.write("loan.disburse", params)["loan"]


def export(database):
    """All that a write leaves, but for when and in which order it was recorded."""
    return database.psql(
        """
select 'state', to_jsonb(s) - '{version,facts,last_rank,cell_id}'::text[] from loan.state s order by s.loan_id;
select 'transition', t.loan_id, t.effective_on, t.kind, t.instalment, t.amount from loan.transition t
where t.superseded_by is null order by 2, 3, 4, 5;
select 'posting', p.loan_id, p.effective_on, a.account, sum(case when a.account = p.debit then p.amount else -p.amount end)
from loan.posting p join loan.account a on a.account in (p.debit, p.credit) group by 2, 3, 4
having sum(case when a.account = p.debit then p.amount else -p.amount end) <> 0 order by 2, 3, 4;
select 'delta', (c.commune, c.point_id, c.organisation, c.rate_line, c.overdue_percent), d.status, d.effective_on, sum(d.loans), sum(d.in_term), sum(d.overdue), sum(d.frozen), sum(d.grace),
	sum(d.overdue_grace), sum(d.interest_in_term_dong) * 3650000000 + sum(d.interest_in_term_units),
	sum(d.interest_overdue_dong) * 3650000000 + sum(d.interest_overdue_units),
	sum(d.interest_grace_dong) * 3650000000 + sum(d.interest_grace_units)
from loan.portfolio_delta d join loan.cell c using (branch, cell_id) group by 2, 3, 4
having sum(abs(d.loans)) <> 0 and (sum(d.loans), sum(d.in_term), sum(d.overdue), sum(d.frozen), sum(d.grace), sum(d.overdue_grace),
	sum(d.interest_in_term_dong) * 3650000000 + sum(d.interest_in_term_units),
	sum(d.interest_overdue_dong) * 3650000000 + sum(d.interest_overdue_units),
	sum(d.interest_grace_dong) * 3650000000 + sum(d.interest_grace_units)) is distinct from (0, 0, 0, 0, 0, 0, 0, 0, 0)
order by 2, 3, 4;
select 'span', s.loan_id, s.from_on, s.until_on, s.status, s.household_id, c.commune, c.point_id, c.rate_line
from loan.span s join loan.cell c using (branch, cell_id) order by 2, 3;
"""
    )
