# One delivery into a DuckLake catalogue, in one transaction: python ducklake.py FOLDER DATA DELIVERY
import json
import sys
from importlib.resources import files

import duckdb

folder, data, delivery = sys.argv[1:]
extension = files("duckdb_extension_ducklake") / "extensions" / f"v{duckdb.__version__}" / "ducklake.duckdb_extension"
connection = duckdb.connect(config={"threads": 2})
connection.execute(f"LOAD '{extension}'")
connection.execute(f"ATTACH 'ducklake:{folder}/catalogue.ducklake' AS lake (DATA_PATH '{folder}/data')")
plan = json.load(open(f"{folder}/{delivery}.json"))
for rule in plan["rules"]:
    connection.execute(rule)
connection.execute("USE lake")
connection.execute("BEGIN")
for statement in plan["statements"]:
    connection.execute(statement.replace("$data", data).replace("$delivery", delivery))
connection.execute("COMMIT")
print(connection.execute("SELECT 'events: ' || count(*) || ', days of MRR: ' || (SELECT count(*) FROM mrr_daily) FROM events").fetchone()[0])
