"""The state of a district as text, one line a row, for comparing two ways to reach it: everything that follows from the
facts, nothing that only tells when and in which order it was recorded (recorded_at, position, entries, versions).

    export_state.export(database) == export_state.export(other)
    print(export_state.difference(one, other))
"""

import difflib

QUERIES = {
    "business": "select branch, business_date, swept_until, began_on from loan.business",
    "contract": """
        select (to_jsonb(c) - '{entry_id,cell_id}'::text[]), x.commune, x.point_id, x.programme, x.organisation, x.rate_line
        from loan.contract c join loan.cell x on x.branch = c.branch and x.cell_id = c.cell_id""",
    # decided, last_on, last_rank: how far the fold has looked. A session at which nothing happens moves them only in a loan
    # that is written for another reason, so they depend on the order of writes; nothing else does.
    "state": "select to_jsonb(s) - '{version,decided,last_on,last_rank}'::text[] from loan.state s",
    "fact": "select loan_id, no, kind, effective_on, amount, reverses, opening from loan.fact",
    "transition": """
        select loan_id, effective_on, kind, instalment, amount from loan.transition where superseded_by is null""",
    "posting": """
        select p.loan_id, p.effective_on, a.account, sum(case when a.account = p.debit then p.amount else -p.amount end) as net
        from loan.posting p join loan.account a on a.account in (p.debit, p.credit) group by 1, 2, 3
        having sum(case when a.account = p.debit then p.amount else -p.amount end) <> 0""",
    "agenda": "select point_id, due_on, loan_id, reason from loan.agenda",
    "span": """
        select s.loan_id, s.from_on, s.until_on, s.status, s.household_id from loan.span s""",
    "portfolio": """
        select * from (
            select x.commune, x.point_id, x.programme, x.organisation, x.rate_line, x.overdue_percent, d.status,
                d.effective_on, sum(d.loans) as loans, sum(d.in_term) as in_term, sum(d.overdue) as overdue,
                sum(d.frozen) as frozen, sum(d.grace) as grace, sum(d.overdue_grace) as overdue_grace,
                sum(d.interest_in_term_dong::numeric) * 3650000000 + sum(d.interest_in_term_units) as interest_in_term,
                sum(d.interest_overdue_dong::numeric) * 3650000000 + sum(d.interest_overdue_units) as interest_overdue,
                sum(d.interest_grace_dong::numeric) * 3650000000 + sum(d.interest_grace_units) as interest_grace
            from loan.portfolio_delta d join loan.cell x on x.branch = d.branch and x.cell_id = d.cell_id
            group by 1, 2, 3, 4, 5, 6, 7, 8) s
        where (loans, in_term, overdue, frozen, grace, overdue_grace, interest_in_term, interest_overdue, interest_grace)
            <> (0, 0, 0, 0, 0, 0, 0, 0, 0)""",
    "area": "select to_jsonb(a) - '{row_id,recorded_at}'::text[] from loan.area a where superseded_at is null",
    "point": "select to_jsonb(p) - '{recorded_at}'::text[] from loan.point p",
    "point_day": "select point_id, from_on, day from loan.point_day where superseded_at is null",
    "group": "select to_jsonb(g) - '{entry_id}'::text[] from loan.credit_group g",
    "group_member": "select group_id, household_id, from_on, until_on from loan.group_member",
    "household": "select to_jsonb(h) - '{entry_id}'::text[] from loan.household h",
    "residence": "select household_id, from_on, area, hamlet from loan.household_residence where superseded_by is null",
    "member": "select to_jsonb(m) - '{entry_id}'::text[] from loan.household_member m",
    "class": "select household_id, from_on, class, decision from loan.household_class where superseded_by is null",
    "attribute": "select household_id, from_on, attributes from loan.household_attribute where superseded_by is null",
    # sealed values differ each time they are sealed; their hashes tell that they are the same
    "personal": "select household_id, member_no, field, hash from loan.personal",
    "household_agenda": "select household_id, on_day, reason from loan.household_agenda",
    "eligibility": "select household_id, effective_on, reason, lost, gained from loan.eligibility_change",
    "sweep_day": "select on_day from loan.sweep_day",
    "sweep_point": "select point_id, session_upto from loan.sweep_point",
    "sweep_retry": "select loan_id, on_day from loan.sweep_retry",
    "sweep_held": "select loan_id, on_day, reason from loan.sweep_held where released_at is null",
}


def export(database, skip=()):
    """All rows as sorted lines; `skip`: names of QUERIES left out."""
    lines = []
    for name, query in QUERIES.items():
        if name not in skip:
            rows = database.psql(f"select '{name} ' || q::text from ({query}) q")
            lines += sorted(rows.split("\n")) if rows else []
    return lines


def difference(one, other, most=20):
    """The first differing lines, for the message of a failed comparison."""
    found = [line for line in difflib.unified_diff(one, other, "one", "other", n=0, lineterm="") if line[:2] not in ("--", "++", "@@")]
    return "\n".join(line[:400] for line in found[:most]) + (f"\n… {len(found) - most} more" if len(found) > most else "")


def assert_same(one, other):
    assert one == other, f"the exported states differ:\n{difference(one, other)}"
