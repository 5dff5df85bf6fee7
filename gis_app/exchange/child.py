"""The process that reads one untrusted file: it limits itself, reads, writes one result, and ends.

Started as `python -m gis_app.exchange.child REQUEST`, a JSON file. Whatever happens in here, the parent
sees a result file or the lack of one, and beside it what the reading took. It must import nothing heavy
before its limits hold.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import sys
from pathlib import Path

READERS = {
    "geojson": "gis_app.exchange.readers.geojson",
    "csv": "gis_app.exchange.readers.csv_table",
    "xlsx": "gis_app.exchange.readers.workbook",
    "shp": "gis_app.exchange.readers.vector",
    "gpkg": "gis_app.exchange.readers.vector",
    "fgb": "gis_app.exchange.readers.vector",
    "kml": "gis_app.exchange.readers.vector",
    "dxf": "gis_app.exchange.readers.vector",
    "osm": "gis_app.exchange.readers.osm",
    "pbf": "gis_app.exchange.readers.osm",
}
USED = "used.json"
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def main() -> int:
    """Read the request, then the file, and write the result beside it."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    limits = request["limits"]
    confine(limits)
    from gis_app.errors import Rejected
    from gis_app.exchange.limits import Limits
    from gis_app.exchange.raw import RawTable, refuse, write_result

    try:
        reader = importlib.import_module(READERS[request["kind"]])
        table = (_every if request.get("every") else _one)(reader, request, Limits(**limits))
    except Rejected as found:
        table = RawTable(faults=found.faults)
    except MemoryError:
        table = RawTable(faults=refuse("reader_memory").faults)
    except RecursionError:
        table = RawTable(faults=refuse("json_depth", value=limits["json_depth"]).faults)
    except Exception as error:  # any parser error is the file's fault, told without a path of this machine
        words = str(error).replace(str(Path(request["path"]).parent), "").splitlines() or [""]
        table = RawTable(faults=refuse("reader_failed", value=words[0][:100]).faults)
    write_result(Path(request["result"]), table)
    Path(request["result"]).with_name(USED).write_text(json.dumps(used()), encoding="ascii")
    return 0


def _one(reader, request: dict, limits):
    """Read the one table that is meant."""
    table = reader.read(Path(request["path"]), request, limits)
    if table.geometry is not None and request["dimension"] == 2:
        from gis_app.exchange.readers.mending import mend

        mend(table, request["repair"])
    if table.geometry is not None and request["dimension"] == 1:
        from gis_app.exchange.streets_noding import join_streets

        join_streets(table)
    return table


def _every(reader, request: dict, limits):
    """Write every table as `result.0`, `result.1` … with their names in `names`; return an empty one."""
    from gis_app.exchange.raw import RawTable, write_result
    from gis_app.exchange.readers.every import read_every

    result, names = Path(request["result"]), []
    for name, table in read_every(reader, Path(request["path"]), request, limits):
        write_result(result.with_name(f"result.{len(names)}"), table)
        names.append(name[:100])
    result.with_name("names").write_text(json.dumps(names), encoding="ascii")
    return RawTable()


def used() -> dict[str, float]:
    """Return what this process took so far: processor time in seconds, most memory at once in bytes."""
    times = resource.getrusage(resource.RUSAGE_SELF)
    peak = times.ru_maxrss * 1024
    status = Path("/proc/self/status")
    if status.is_file():  # the figure above may still be that of the process that started this one
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
        peak = int(lines["VmHWM"].split()[0]) * 1024
    return {"seconds": round(times.ru_utime + times.ru_stime, 3), "peak_bytes": peak}


def confine(limits: dict[str, int]) -> None:
    """Set hard limits on memory, time, file size and open files; leave the network where that is allowed."""
    for what, most in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, limits["result_bytes"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    if sys.platform == "linux":
        unshare = getattr(ctypes.CDLL(None), "unshare", None)
        if unshare and unshare(_NEW_NETWORK) != 0:
            unshare(_NEW_USER | _NEW_NETWORK)
    os.umask(0o077)


if __name__ == "__main__":
    sys.exit(main())
