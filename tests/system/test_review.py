"""Reviews: the yearly one as a file with its preview, those during the year with the day the result is due."""

import loan_district
import pytest
import small_district
import vonvay_env

COLUMNS = "household on class decision income lacking".split()


@pytest.fixture(scope="module")
def district(postgres, template):
    """Households 1-5 and 8 of the small district, and 101-110 of the same commune with other histories."""
    database = loan_district.fill(postgres.database(template))
    loan_district.add_households(database, 101, 10)
    database.psql("""
insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) values
	(1, 101, '2023-01-01', 3, 'QĐ 2', 1), (1, 102, '2023-01-01', 2, 'QĐ 2', 1), (1, 103, '2023-01-01', 4, 'QĐ 2', 1);
delete from loan.household_class where household_id in (104, 105);
""")
    yield database
    database.drop()


@pytest.fixture
def database(postgres, district):
    copy = postgres.database(district)
    yield copy
    copy.drop()


@pytest.fixture
def daemon(database):
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as running:
        yield running


REVIEW = [  # household, class, what it means
    (1, "poor", "stays_poor"), (2, "near_poor", "stays_near_poor"), (3, "near_poor", "poor_to_near_poor"),
    (4, "newly_escaped", "escapes"), (5, "average", "unchanged"), (101, "poor", "falls_back"),
    (102, "poor", "near_poor_to_poor"), (103, "near_poor", "falls_back_near_poor"), (104, "poor", "newly_poor"),
    (105, "near_poor", "newly_near_poor"), (106, "newly_escaped", "escapes"),
]


def review_file(rows=REVIEW, **more):
    return small_district.csv(COLUMNS, [
        {"household": h, "on": "2024-03-10", "class": c, "decision": "QĐ 99", **more} for h, c, _ in rows])


def checked(rpc, text):
    number = small_district.stage(rpc, "reviews", text)
    status = small_district.check(rpc, number)
    assert status["state"] == "valid", status
    return number


def test_preview(rpc, database):
    number = checked(rpc, review_file())
    assert database.psql("select count(*) from loan.household_class where decision = 'QĐ 99'") == "0", "nothing is applied"
    found = rpc.call("review.preview", {"import": number})
    assert [(h["household"].lstrip("0"), h["class"], h["change"]) for h in found["households"]] == [
        (str(h), c, change) for h, c, change in REVIEW]
    communes = {c["area"]: c for c in found["communes"]}
    assert communes["C2"] == {"area": "C2", "area_name": "A Ngo", "households": 2, "not_in_file": 1,
                              "poor_to_near_poor": 1, "escapes": 1}
    assert communes["C1"] == {"area": "C1", "area_name": "Hồng Kim", "households": 9, "not_in_file": 4, "stays_poor": 1,
                              "stays_near_poor": 1, "unchanged": 1, "falls_back": 1, "near_poor_to_poor": 1,
                              "falls_back_near_poor": 1, "newly_poor": 1, "newly_near_poor": 1, "escapes": 1}
    assert found["total"] == {"households": 11, "not_in_file": 5, "escapes": 2,
                              **{change: 1 for _, _, change in REVIEW if change != "escapes"}}
    assert (found["on"], found["state"], found["changed_since_check"], found["next"]) == ("2024-03-10", "valid", 0, None)
    before = {h["household"]: h["before"] for h in found["households"]}
    assert (before["0000000001"], before["0000000101"], before["0000000104"]) == ("poor", "newly_escaped", "none")


def test_preview_in_pages_by_commune_and_change(rpc):
    number = checked(rpc, review_file())
    seen, after = [], {}
    for _ in range(4):
        page = rpc.call("review.preview", {"import": number, "limit": 3, **after})
        seen += [h["household"] for h in page["households"]]
        assert page["total"]["households"] == 11, "counts are of the whole file"
        after = {"after": str(page["next"])}
    assert len(seen) == 11 and len(set(seen)) == 11 and page["next"] is None
    escapes = rpc.call("review.preview", {"import": number, "change": "escapes"})["households"]
    assert [h["household"] for h in escapes] == ["0000000004", "0000000106"]
    assert len(rpc.call("review.preview", {"import": number, "area": "C2"})["households"]) == 2


def test_apply(rpc, database):
    number = checked(rpc, review_file(income=1_000_000, lacking="water|latrine|quality"))
    assert small_district.apply(rpc, number)["state"] == "applied"
    assert database.psql("select count(*) from loan.household_class where decision = 'QĐ 99' and from_on = '2024-03-10'") == "11"
    for household, class_, _ in REVIEW:
        found = rpc.call("status.household", household=str(household))
        assert (found["class"], found["survey"]["lacking_count"], found["survey"]["income"]) == (class_, 3, 1_000_000)
        assert ("computed_class" in found) == (class_ != "poor")
    agenda = "select household_id, on_day from loan.household_agenda where reason = '%s' order by 1"
    assert database.psql(agenda % "escaped_end") == "4|2027-03-11\n106|2027-03-11"
    assert database.psql(agenda % "changed").split("\n") == [f"{h}|2024-03-16" for h, _, _ in REVIEW]
    assert database.psql("select method, door from loan.entry where method = 'import.reviews'") == "import.reviews|3"
    assert rpc.fails("import.apply", {"import": number}, key=vonvay_env.uuid7()).word == "conflict"
    assert rpc.call("review.preview", {"import": number})["state"] == "applied", "what it did can still be seen"


def test_a_confirmed_escape_is_no_new_one(rpc, database):
    small_district.bring_in(rpc, "reviews", review_file([(101, "newly_escaped", "")]))
    assert database.psql("select count(*) from loan.household_agenda where reason = 'escaped_end'") == "0"


def test_what_changed_since_the_check_is_told_and_not_overwritten(rpc, database):
    number = checked(rpc, review_file())
    rpc.write("household.class", {"household": "1", "class": "average", "decision": "QĐ 7", "from_on": "2024-03-12"})
    assert rpc.call("review.preview", {"import": number})["changed_since_check"] == 1
    status = small_district.apply(rpc, number)
    assert (status["state"], [(e["line"], e["column"]) for e in status["error_list"]]) == ("invalid", [(2, "on")])
    assert rpc.call("status.household", household="1")["class"] == "average"


def test_preview_refuses(rpc):
    assert rpc.fails("review.preview", {"import": "4711"}).word == "import_not_found"
    other = small_district.stage(rpc, "groups", small_district.GROUPS)
    assert (error := rpc.fails("review.preview", {"import": other})).word == "conflict" and error.field == "import"
    unchecked = small_district.stage(rpc, "reviews", review_file())
    assert rpc.fails("review.preview", {"import": unchecked}).word == "conflict"
    bad = small_district.stage(rpc, "reviews", review_file([(999, "poor", "")]))
    assert small_district.check(rpc, bad)["state"] == "invalid"
    assert rpc.fails("review.preview", {"import": bad}).word == "conflict"


def test_checked_again_after_a_correction(rpc, database):
    number = checked(rpc, review_file())
    assert small_district.check(rpc, number)["state"] == "valid"
    assert database.psql("select count(*) from loan.import_review") == "11"


def test_many_households_in_chunks(rpc, database):
    loan_district.add_households(database, 1001, 450)
    small_district.bring_in(rpc, "reviews", review_file([(h, "near_poor", "") for h in range(1001, 1451)]))
    assert database.psql("select count(*) from loan.household_class where decision = 'QĐ 99'") == "450"
    assert database.psql("select count(*) from loan.entry where method = 'import.reviews'") == "3"


# ---- during the year ----


def test_a_household_asks_and_gets_its_result(rpc, database):
    asked = rpc.write("household.review", household="5", note="mất mùa", on="2024-03-05")
    assert asked == {"household": "0000000005", "review": asked["review"], "asked_on": "2024-03-05", "starts_on": "2024-03-15",
                     "due_on": "2024-03-30"}
    rows = rpc.call("review.list")["reviews"]
    assert [(r["household"], r["name"], r["area"], r["due_on"], r["late"], r["note"]) for r in rows] == [
        ("0000000005", "Lê Minh", "C1", "2024-03-30", False, "mất mùa")]
    assert rpc.fails("household.review", household="5", key=vonvay_env.uuid7()).word == "conflict"
    loan_district.move_business(database, "2024-03-28")
    closed = rpc.write("review.close", {"household": "5", "class": "near_poor", "decision": "QĐ 31", "on": "2024-03-27",
                                        "income": 1_400_000, "lacking": ["water"]})
    assert closed == {"household": "0000000005", "review": asked["review"], "on": "2024-03-27", "class": "near_poor",
                      "change": "newly_near_poor", "decision": "QĐ 31", "due_on": "2024-03-30", "late": False,
                      "computed_class": "near_poor", "standard": "07/2021/NĐ-CP", "differs": False}
    assert rpc.call("status.household", household="5")["class"] == "near_poor"
    assert rpc.call("review.list")["reviews"] == []
    done = rpc.call("review.list", state="closed")["reviews"][0]
    assert (done["closed_on"], done["class"], done["change"], done["late"]) == ("2024-03-27", "near_poor", "newly_near_poor", False)


def test_late_ones(rpc, database):
    for household, on in ((1, "2024-02-16"), (2, "2024-02-10"), (3, "2024-03-15")):
        rpc.write("household.review", household=str(household), on=on)
    assert [r["household"] for r in rpc.call("review.list", state="late")["reviews"]] == ["0000000002"]
    loan_district.move_business(database, "2024-03-31")
    late = rpc.call("review.list", state="late")["reviews"]
    assert [(r["household"], r["due_on"], r["days_late"]) for r in late] == [
        ("0000000001", "2024-03-30", 1), ("0000000002", "2024-03-01", 30), ("0000000003", "2024-03-30", 1)]
    assert [r["household"] for r in rpc.call("review.list", state="late", area="C2")["reviews"]] == ["0000000003"]
    page = rpc.call("review.list", limit=2)
    assert [r["household"] for r in page["reviews"] + rpc.call("review.list", after=page["next"])["reviews"]] == [
        "0000000001", "0000000002", "0000000003"]
    work = rpc.call("work.list", kind="review")
    assert {w["subject_id"] for w in work["rows"]} == {r["review"] for r in late}
    assert rpc.write("review.close", {"household": "2", "class": "near_poor"})["late"] is True, "the class stays, without a decision"
    assert database.psql("select count(*) from loan.household_class where household_id = 2") == "1"


@pytest.mark.parametrize("params,word,field", [
    ({"household": "2", "class": "poor"}, "not_found", "household"),
    ({"household": "1", "class": "near_poor"}, "invalid_params", "decision"),
    ({"household": "1", "class": "poor", "lacking": ["water"]}, "invalid_params", "income"),
    ({"household": "1", "class": "poor", "on": "2024-03-09"}, "date_out_of_range", "on"),
    ({"household": "1", "class": "poor", "on": "2024-03-16"}, "date_out_of_range", "on"),
    ({"household": "999", "class": "poor"}, "household_not_found", "household"),
])
def test_close_refuses(rpc, params, word, field):
    rpc.write("household.review", household="1", on="2024-03-10")
    if params.get("class") == "poor" and params["household"] == "2":
        params = {**params, "decision": "QĐ"}
    error = rpc.fails("review.close", params, key=vonvay_env.uuid7())
    assert (error.word, error.field) == (word, field)


def test_an_organisation_sees_its_own(rpc):
    for household in ("1", "3"):
        rpc.write("household.review", household=household)
    rpc.send({"jsonrpc": "2.0", "id": 1, "as": "hoinongdan", "method": "review.list", "params": {}})
    assert [r["household"] for r in rpc.receive()["result"]["reviews"]] == ["0000000001"]
    rpc.send({"jsonrpc": "2.0", "id": 2, "as": "hoinongdan", "method": "review.preview", "params": {"import": "1"}})
    assert rpc.receive()["error"]["data"]["word"] == "denied"
