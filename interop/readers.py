"""Reads published tables with programs that are not ours and compares every value with what lake shows.

    python readers.py CASES.json RESULTS.json [spark]

A case is a table at a snapshot: {"table", "folder", "metadata", "snapshot", "expected" (NDJSON of lake's rows), "partition",
"catalog" (URL of a REST catalog), "store" (the same table in an S3 store: {"folder", "metadata"}; absent: there is none)}. How the
store is reached stands in the environment, as for every program that uses one.
"""

import datetime
import decimal
import glob
import importlib.metadata
import json
import logging
import math
import os
import re
import sys
import sysconfig
import traceback
import warnings
from collections import Counter

warnings.filterwarnings("ignore")


def shown(value):
    """A value as lake's JSON has it."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 - 1 else str(value)
    if isinstance(value, float):
        return int(value) if math.isfinite(value) and value == int(value) and abs(value) <= 2**53 - 1 else repr(value)
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes_text(bytes(value))
    raise TypeError(f"{type(value)}")


CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def bytes_text(value):
    """Bytes as the text that they are; bytes that are none as SQL shows them."""
    try:
        text = value.decode("utf-8")
        if not CONTROLS.search(text):
            return text
    except UnicodeDecodeError:
        pass
    return "".join(
        chr(byte) if 0x20 <= byte < 0x7F and chr(byte) not in "\"'\\" else f"\\x{byte:02X}" for byte in value
    )


def rows_of(dicts):
    return Counter(json.dumps({k: shown(v) for k, v in row.items()}, sort_keys=True) for row in dicts)


def expected_of(path):
    with open(path, encoding="utf-8") as file:
        return rows_of(json.loads(line) for line in file.read().split("\n") if line)


def pyiceberg_reader():
    from pyiceberg.table import StaticTable

    def read(case):
        table = StaticTable.from_metadata(case["metadata"])
        return table.scan(snapshot_id=case["snapshot"]).to_arrow().to_pylist()

    return importlib.metadata.version("pyiceberg"), "StaticTable.from_metadata(JSON).scan(snapshot_id=N)", read


def duckdb_with_iceberg():
    """A connection that reads Iceberg, in a time zone that is not UTC; the version first."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone='America/New_York'")
    site = sysconfig.get_paths()["purelib"]
    connection.execute(f"SET extension_directory='{site}/lake-duckdb'")
    for name in ("avro", "httpfs", "iceberg"):
        (binary,) = glob.glob(f"{site}/duckdb_extension_{name}/extensions/*/{name}.duckdb_extension")
        connection.execute(f"INSTALL '{binary}'")
        connection.execute(f"LOAD {name}")
    return duckdb.__version__, connection


def duckdb_reader():
    version, connection = duckdb_with_iceberg()

    def read(case):
        scan = f"SELECT * FROM iceberg_scan('{case['folder']}', snapshot_from_id={case['snapshot']})"
        return connection.execute(scan).to_arrow_table().to_pylist()

    return version, "iceberg_scan('FOLDER', snapshot_from_id=N)", read


def pyiceberg_rest_reader():
    from pyiceberg.catalog import load_catalog

    def read(case):
        catalog = load_catalog("lake", type="rest", uri=case["catalog"])
        return catalog.load_table(case["table"]).scan(snapshot_id=case["snapshot"]).to_arrow().to_pylist()

    return importlib.metadata.version("pyiceberg"), "load_catalog('lake', type='rest', uri=URL).load_table(T).scan(snapshot_id=N)", read


def duckdb_rest_reader():
    version, connection = duckdb_with_iceberg()
    attached = {}

    def read(case):
        url = case["catalog"]
        if url not in attached:
            attached[url] = f"lake{len(attached)}"
            options = f"TYPE iceberg, ENDPOINT '{url}', AUTHORIZATION_TYPE 'none', ACCESS_DELEGATION_MODE 'none'"
            connection.execute(f"ATTACH 'lake' AS {attached[url]} ({options})")
        name = f"{attached[url]}.{case['table']} AT (VERSION => {case['snapshot']})"
        return connection.execute(f"SELECT * FROM {name}").to_arrow_table().to_pylist()

    return version, "ATTACH 'lake' AS l (TYPE iceberg, ENDPOINT URL, …); l.T AT (VERSION => N)", read


def pyiceberg_store_reader():
    from pyiceberg.table import StaticTable

    properties = {
        "s3.endpoint": os.environ["AWS_ENDPOINT_URL"],
        "s3.access-key-id": os.environ["AWS_ACCESS_KEY_ID"],
        "s3.secret-access-key": os.environ["AWS_SECRET_ACCESS_KEY"],
        "s3.region": os.environ["AWS_REGION"],
    }

    def read(case):
        table = StaticTable.from_metadata(case["store"]["metadata"], properties)
        return table.scan(snapshot_id=case["snapshot"]).to_arrow().to_pylist()

    return importlib.metadata.version("pyiceberg"), "StaticTable.from_metadata('s3://…', PROPERTIES).scan(snapshot_id=N)", read


def duckdb_store_reader():
    version, connection = duckdb_with_iceberg()
    host = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
    keys = f"KEY_ID '{os.environ['AWS_ACCESS_KEY_ID']}', SECRET '{os.environ['AWS_SECRET_ACCESS_KEY']}'"
    place = f"ENDPOINT '{host}', REGION '{os.environ['AWS_REGION']}', URL_STYLE 'path', USE_SSL false"
    connection.execute(f"CREATE SECRET (TYPE s3, {keys}, {place})")

    def read(case):
        scan = f"SELECT * FROM iceberg_scan('{case['store']['folder']}', snapshot_from_id={case['snapshot']})"
        return connection.execute(scan).to_arrow_table().to_pylist()

    return version, "iceberg_scan('s3://…', snapshot_from_id=N)", read


def polars_reader():
    import polars

    def read(case):
        return polars.scan_iceberg(case["metadata"], snapshot_id=case["snapshot"]).collect().to_dicts()

    return polars.__version__, "pl.scan_iceberg(JSON, snapshot_id=N)", read


def clickhouse_reader():
    import chdb
    import pyarrow

    os.chdir("/")  # it reads files below its working folder alone

    def read(case):
        settings = f"iceberg_snapshot_id={case['snapshot']}, {CLICKHOUSE}"
        answer = chdb.query(f"SELECT * FROM icebergLocal('{case['folder']}') SETTINGS {settings}", "ArrowStream")
        texts = texts_of(case["metadata"])  # its one type is for text and bytes alike
        rows = pyarrow.ipc.open_stream(answer.bytes()).read_all().to_pylist()
        return [{k: v.decode() if k in texts and isinstance(v, bytes) else v for k, v in row.items()} for row in rows]

    version = f"{chdb.engine_version}, chdb {importlib.metadata.version('chdb')}"
    return version, "SELECT * FROM icebergLocal('FOLDER') SETTINGS iceberg_snapshot_id = N", read


def texts_of(metadata):
    """The columns of text, by every name that they had."""
    with open(metadata, encoding="utf-8") as file:
        schemas = json.load(file)["schemas"]
    return {field["name"] for schema in schemas for field in schema["fields"] if field["type"] == "string"}


# bytes stay what they are; instants are told in one zone
CLICKHOUSE = "output_format_arrow_string_as_string=0, session_timezone='UTC'"


def daft_reader():
    import daft
    from pyiceberg.table import StaticTable

    logging.getLogger("daft").setLevel(logging.ERROR)  # it tells of every table without a filter

    def read(case):
        table = StaticTable.from_metadata(case["metadata"])
        return daft.read_iceberg(table, snapshot_id=case["snapshot"]).to_pylist()

    return importlib.metadata.version("daft"), "daft.read_iceberg(StaticTable.from_metadata(JSON), snapshot_id=N)", read


def daft_rest_reader():
    import daft
    from pyiceberg.catalog import load_catalog

    def read(case):
        table = load_catalog("lake", type="rest", uri=case["catalog"]).load_table(case["table"])
        return daft.read_iceberg(table, snapshot_id=case["snapshot"]).to_pylist()

    line = "daft.read_iceberg(load_catalog('lake', type='rest', uri=URL).load_table(T), snapshot_id=N)"
    return importlib.metadata.version("daft"), line, read


SPARK = "org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.10.1"


def spark_reader():
    import pyspark
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars.packages", SPARK)
        .config("spark.sql.session.timeZone", "America/New_York")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")

    def read(case):
        frame = spark.read.format("iceberg").option("snapshot-id", case["snapshot"]).load(case["metadata"])
        return [row.asDict() for row in frame.collect()]

    version = f"{pyspark.__version__}, Iceberg {SPARK.rsplit(':', 1)[1]}"
    return version, "spark.read.format('iceberg').option('snapshot-id', N).load(JSON)", read


def pruned(cases):
    """Tables of which PyIceberg plans fewer files for one partition than for all, of those that have several."""
    from pyiceberg.table import StaticTable

    found = {}
    for case in cases:
        if case["partition"] is None or not case["isHead"]:
            continue
        table = StaticTable.from_metadata(case["metadata"])
        column, value = case["partition"]
        every = len(list(table.scan().plan_files()))
        some = len(list(table.scan(row_filter=f"{column} = '{value}'").plan_files()))
        found[case["table"]] = [some, every]
    return found


def compare(read, case):
    """None, or what is wrong."""
    try:
        actual = rows_of(read(case))
    except Exception as error:  # whatever a reader throws is a result
        return f"{type(error).__name__}: {str(error).splitlines()[0][:160] if str(error) else ''}"
    expected = expected_of(case["expected"])
    if actual == expected:
        return None
    missing = next(iter(expected - actual), "")[:120]
    surplus = next(iter(actual - expected), "")[:120]
    return f"{sum(actual.values())} rows, expected {sum(expected.values())}; missing {missing}; surplus {surplus}"


# readers that take long to install or to start
MORE = (
    ("ClickHouse", clickhouse_reader),
    ("Daft", daft_reader),
    ("Daft by REST", daft_rest_reader),
    ("Spark", spark_reader),
)


def main(cases_path, results_path, with_spark=""):
    with open(cases_path, encoding="utf-8") as file:
        cases = json.load(file)
    in_store = all("store" in case for case in cases)
    results = []
    readers = (
        ("PyIceberg", pyiceberg_reader),
        ("DuckDB", duckdb_reader),
        ("Polars", polars_reader),
        ("PyIceberg by REST", pyiceberg_rest_reader),
        ("DuckDB by REST", duckdb_rest_reader),
        *((("PyIceberg from S3", pyiceberg_store_reader), ("DuckDB from S3", duckdb_store_reader)) if in_store else ()),
        *(MORE if with_spark == "spark" else ()),
    )
    for name, start in readers:
        try:
            version, line, read = start()
        except Exception:
            results.append({"reader": name, "error": traceback.format_exc().splitlines()[-1]})
            continue
        failures = []
        for case in cases:
            problem = compare(read, case)
            if problem is not None:
                failures.append({"table": case["table"], "snapshot": case["snapshot"], "problem": problem})
        print(f"{name} {version}: {len(cases) - len(failures)} of {len(cases)} right", flush=True)
        results.append({"reader": name, "version": version, "line": line, "cases": len(cases), "failures": failures})
    with open(results_path, "w", encoding="utf-8") as file:
        json.dump({"readers": results, "pruned": pruned(cases)}, file)


main(*sys.argv[1:])
