"""A small district as CSV files, from a seed: two communes with a point each, three groups, households of every class,
loans of several programmes some of which are paid, some late, some never. And how to bring files in through the socket."""

import datetime
import hashlib
import random
import time

import vonvay_env

BEGIN = "2023-12-31"  # swept until here before the first night
AREAS = """code,name,kind,parent,rural,difficulty,session_day,valid_from,valid_to,successor,mark
AL,A Lưới,transaction_office,HUE,,,,2003-01-01,,,demo
C1,Hồng Kim,commune,AL,yes,extremely_difficult,,2000-01-01,2025-06-30,CX,demo
C2,A Ngo,commune,AL,yes,difficult,,2000-01-01,2025-06-30,CX,demo
CX,A Lưới 1,commune,AL,yes,extremely_difficult,,2025-07-01,,,demo
TXN01,Điểm Hồng Kim,point,C1,,,10,2018-01-01,,,demo
TXN02,Điểm A Ngo,point,C2,,,25,2018-01-01,,,demo
"""
GROUPS = """group,name,organisation,area,hamlet,point,leader,formed_on,dissolved_on
1,Tổ A Đớt,farmers,C1,A Đớt,TXN01,Hồ Văn Nam,2018-01-01,
2,Tổ Pâr Nghi,women,C2,Pâr Nghi,TXN02,Kăn Lành,2018-01-01,
3,Tổ Cũ,veterans,C1,,TXN01,,2010-01-01,
"""
HOUSEHOLD_COLUMNS = (
    "record household area hamlet group on until member name sex born_on relation ethnic citizen_id telephone address class "
    "attributes decision"
).split()
LOAN_COLUMNS = (
    "record loan household group programme purpose rate_line fund on amount term_months instalment_months "
    "principal_grace_months interest_grace_months principal in_term overdue frozen interest_in_term interest_overdue "
    "interest_grace"
).split()


def csv(columns, rows):
    lines = [",".join(columns)]
    for row in rows:
        assert set(row) <= set(columns), row
        lines.append(",".join(str(row.get(c, "")) for c in columns))
    return "\n".join(lines) + "\n"


def household_rows(random_, number):
    area = ("C1", "C2")[number % 2]
    kind = ("poor", "near_poor", "newly_escaped", "average")[number % 4]
    yield {"record": "household", "household": number, "area": area, "hamlet": "Thôn 1", "on": "2020-01-01",
           "name": f"Hồ Văn {number}", "attributes": "ethnic_minority|worker"}
    for member in range(1, 2 + random_.randrange(4)):
        yield {"record": "member", "member": member, "name": f"Kăn Thị {number}-{member}", "sex": ("female", "male")[member % 2],
               "born_on": f"19{60 + member * 5}-03-0{member}", "relation": "chủ hộ" if member == 1 else "con", "ethnic": "Tà Ôi",
               "citizen_id": f"{46_000_000_000 + number * 10 + member:012d}", "telephone": f"0912{number:04d}{member:02d}"}
    yield {"record": "class", "class": "poor", "on": "2020-01-01", "decision": "QĐ 1"}
    if kind != "poor":
        yield {"record": "class", "class": kind, "on": f"2022-{1 + number // 4 % 12:02d}-15", "decision": "QĐ 2"}
    if number % 7:
        yield {"record": "join", "group": 1 + number % 2, "on": "2020-02-01"}


def months_later(day, months):
    month = day.month - 1 + months
    return datetime.date(day.year + month // 12, month % 12 + 1, min(day.day, 28))


def loan_rows(random_, number, households, pay_until):
    """A contract, opened or disbursed, and payments that stop some day, so that the nights have something to do."""
    household = 1 + number % households
    programme, months, each = random_.choice((("01", 24, 6), ("01", 36, 12), ("19", 12, 12), ("06", 24, 12), ("07", 60, 12)))
    opened = programme == "07" or random_.random() < 0.4
    start = datetime.date(2022, 3, 5) if programme == "07" else datetime.date(2022 if opened else 2024, 1, 3)
    contract = start + datetime.timedelta(days=random_.randrange(300))
    amount = random_.randrange(10, 60) * 1_000_000
    grace = 24 if programme == "07" else 0
    yield {"record": "loan", "loan": 6600000000000000 + number, "household": household,
           "group": 1 + household % 2 if household % 7 else "", "programme": programme, "fund": "central", "on": contract,
           "term_months": months * 2 if programme == "07" else months, "instalment_months": each,
           "principal_grace_months": grace, "interest_grace_months": grace}
    if opened:
        yield {"record": "opened", "on": BEGIN, "principal": amount, "in_term": amount, "overdue": 0, "frozen": 0,
               "interest_in_term": random_.randrange(90_000), "interest_overdue": 0, "interest_grace": 0}
        contract = datetime.date.fromisoformat(BEGIN)
    else:
        yield {"record": "disbursed", "on": contract, "amount": amount}
    for month in range(1, random_.choice((1, 4, 12))):
        day = months_later(contract, month)
        if day <= pay_until:
            yield {"record": "interest_paid", "on": day, "amount": random_.randrange(5, 20) * 1000}
            if random_.random() < 0.2:
                yield {"record": "principal_paid", "on": day, "amount": random_.randrange(1, 5) * 100_000}


def files(seed=1, households=40, loans=80, pay_until="2024-09-30"):
    """{kind: text} in the order of the import."""
    random_ = random.Random(seed)
    people = [row for number in range(1, households + 1) for row in household_rows(random_, number)]
    until = datetime.date.fromisoformat(pay_until)
    lending = [row for number in range(1, loans + 1) for row in loan_rows(random_, number, households, until)]
    return {"areas": AREAS, "groups": GROUPS, "households": csv(HOUSEHOLD_COLUMNS, people), "loans": csv(LOAN_COLUMNS, lending)}


# ---- through the socket ----


def stage(rpc, kind, text):
    """Announce and send a file; its import id."""
    data = text.encode()
    begun = rpc.write("import.begin", kind=kind, name=f"{kind}.csv", size=len(data), sha256=hashlib.sha256(data).hexdigest())
    at = 0
    for piece in (text[i : i + 100_000] for i in range(0, len(text), 100_000)):
        rpc.write("import.append", {"import": begun["import"], "at_byte": at, "text": piece})
        at += len(piece.encode())
    return begun["import"]


def stage_bytes(database, kind, data):
    """The same for bytes that JSON can't carry, through the functions of schema api."""
    head = "1::smallint, null, null, null, s.business_date, s.reference_version"
    number = database.psql(
        f"select x.reply::jsonb ->> 'import' from api.daemon_state() s, lateral api.import_begin(3, {head}, '{kind}', "
        f"'{kind}.csv', {len(data)}, decode('{hashlib.sha256(data).hexdigest()}', 'hex')) x"
    )
    database.psql(f"select api.import_append(3, {number}, 0, decode('{data.hex()}', 'hex'))")
    return number


def finished(rpc, number, seconds=60.0):
    """Wait until the worker is through with an import; its status with all errors."""

    def look():
        status = rpc.call("import.status", {"import": number})
        return status if status["state"] not in ("validating", "applying") else None

    status = vonvay_env.wait_until(look, seconds, f"import {number}")
    while len(status["error_list"]) < min(status["errors"], 1000):
        more = rpc.call("import.status", {"import": number, "errors_after": len(status["error_list"])})
        status["error_list"] += more["error_list"]
    return status


def check(rpc, number):
    rpc.write("import.check", {"import": number})
    return finished(rpc, number)


def apply(rpc, number, seconds=60.0):
    rpc.write("import.apply", {"import": number})
    return finished(rpc, number, seconds)


def bring_in(rpc, kind, text):
    number = stage(rpc, kind, text)
    status = check(rpc, number)
    assert status["state"] == "valid", status
    status = apply(rpc, number)
    assert status["state"] == "applied", status
    return number


def bring_in_all(rpc, database, seed=1, **size):
    """The whole district, and the day before its first night."""
    for kind, text in files(seed, **size).items():
        bring_in(rpc, kind, text)
    begin(database)


def write_until_taken(rpc, method, **params):
    """A write as the client makes it: repeated with its key while the answer is that it should be."""
    params["key"] = vonvay_env.uuid7()
    while True:
        reply = rpc.request(method, params)
        if reply.get("error", {}).get("data", {}).get("word") not in ("try_again", "stale", "unavailable"):
            break
        time.sleep(0.02)
    if "error" in reply:
        raise vonvay_env.RpcError(reply["error"])
    return reply["result"]


def begin(database, day=BEGIN):
    database.psql(f"select api.business_begin(2, '{day}')")


def run_nights(rpc, until, seconds=120.0):
    """Ask for nights up to a day and wait for the end; the status of the run."""
    rpc.write("sweep.run", until=until)
    return nights_over(rpc, seconds)


def nights_over(rpc, seconds=120.0):
    def look():
        run = rpc.call("status.sweep")["run"]
        return run if run["state"] not in ("asked", "running") else None

    return vonvay_env.wait_until(look, seconds, "the nights")


def days_from(first, count):
    day = datetime.date.fromisoformat(first)
    return [(day + datetime.timedelta(days=i)).isoformat() for i in range(count)]


def sleep_random(random_, most_s):
    time.sleep(random_.random() * most_s)
