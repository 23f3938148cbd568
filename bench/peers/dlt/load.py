# The four files with dlt: what it would guess otherwise is typed by hand. Usage: load.py FOLDER
import csv, json, sys
from datetime import datetime
from decimal import Decimal
import dlt

folder = sys.argv[1]

def money(text, point):
    digits = text.replace("€", "").strip()
    plain = digits.replace(".", "").replace(",", ".") if point == "," else digits.replace(",", "")
    return None if digits in ("--", "") else Decimal(plain)

@dlt.resource(primary_key="number", write_disposition="merge", columns={"total": {"data_type": "decimal"}})
def orders():
    for row in csv.DictReader(open(f"{folder}/orders-1.csv", encoding="utf-8"), delimiter=";"):
        try:
            at = datetime.strptime(row["Bestellt am"], "%d.%m.%Y %H:%M")
        except ValueError:
            continue
        yield {"number": row["Bestell-Nr"], "at": at, "total": money(row["Summe"], ","), "status": row["Status"].lower()}

@dlt.resource(primary_key="id", write_disposition="merge", columns={"at": {"data_type": "timestamp"}})
def logs():
    for line in open(f"{folder}/app-1.ndjson", encoding="utf-8"):
        record = json.loads(line)
        ts = record.pop("ts")
        record["at"] = datetime.fromtimestamp(ts / 1000) if isinstance(ts, int) else datetime.fromisoformat(ts)
        yield {**record, "level": record["level"].lower()}

@dlt.resource(primary_key="id", write_disposition="merge")
def subscriptions():
    yield from json.load(open(f"{folder}/subscriptions-1.json", encoding="utf-8"))["data"]

@dlt.resource(primary_key=["day", "campaign_id"], write_disposition="merge", columns={"cost": {"data_type": "decimal"}})
def costs():
    lines = open(f"{folder}/costs-1.csv", encoding="utf-8").readlines()[2:]
    for row in csv.DictReader(lines):
        if row["Day"] != "Total":
            yield {"day": row["Day"], "campaign_id": row["Campaign ID"], "cost": money(row["Cost"], ".")}

pipeline = dlt.pipeline("four_files", destination=dlt.destinations.duckdb(f"{folder}/dlt.duckdb"), dataset_name="shop")
pipeline.run([orders(), logs(), subscriptions(), costs()])
with pipeline.sql_client() as client:
    figures = {
        "paid": "SELECT SUM(total) FROM orders WHERE status = 'paid'",
        "errors": "SELECT COUNT(*) FROM logs WHERE level = 'error'",
        "active": "SELECT COUNT(*) FROM subscriptions WHERE status = 'active'",
        "costs": "SELECT SUM(cost) FROM costs",
    }
    print(json.dumps({name: float(client.execute_sql(sql)[0][0]) for name, sql in figures.items()}))
