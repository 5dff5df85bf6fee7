"""scripts/run: set up what is missing, then become the server."""

import argparse
import errno
import os
import socket
from pathlib import Path

import assets
import environment
import stamps
import translations
from console import ROOT, SetupError, Steps, execute


def main(arguments: list[str]) -> None:
    """Set up, fill a new database, and replace this process by the server, so that a signal reaches it.

    With --set-up only what is missing is installed.
    """
    options = parse(arguments)
    if not options.set_up:
        refuse_taken_port(options.host, options.port)
    settle_folders()
    steps = Steps()
    environment.make("runtime", steps)
    assets.make(steps)
    translations.make(steps)
    if options.set_up:
        return
    fill_database(steps)
    steps.begin("启动服务", "start the server; Ctrl-C stops it")
    os.chdir(ROOT)
    command = str(environment.VENV / "bin" / "gis-app")
    os.execv(command, [command, "serve", "--host", options.host, "--port", str(options.port)])


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; GIS_HOST and GIS_PORT count where an option is not given."""
    parser = argparse.ArgumentParser(
        prog="scripts/run",
        description="Serve the map. Settings are environment variables, see README.md; "
        "GIS_INSTANCE_DIR and --port let several run side by side.",
    )
    parser.add_argument(
        "--host", default=os.environ.get("GIS_HOST") or "127.0.0.1", help="address to listen on (127.0.0.1)"
    )
    parser.add_argument(
        "--port",
        type=port_number,
        default=os.environ.get("GIS_PORT") or "8000",
        help="port to listen on, 0 takes a free one (8000)",
    )
    parser.add_argument(
        "--set-up", action="store_true", help="only install what is missing; no database, no server"
    )
    return parser.parse_args(arguments)


def port_number(text: str) -> int:
    """Return a port between 0 and 65535."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r}: 端口应为 0 到 65535, a port is a number from 0 to 65535")
    return int(text)


def refuse_taken_port(host: str, port: int) -> None:
    """Raise SetupError before any long step when the address cannot be listened on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SetupError(
                f"端口 {port} 已被占用，换一个即可。Port {port} is already in use; take another:\n"
                f"    scripts/run --port {port + 1 if port < 65535 else 8000}"
            ) from None
        raise SetupError(
            f"不能监听 Cannot listen on {host}:{port} ({error.strerror}); try:\n"
            "    scripts/run --host 127.0.0.1 --port 8000"
        ) from None


def settle_folders() -> None:
    """Make the folders in the environment absolute: as typed where given, else inside the project."""
    for variable, default in (("GIS_INSTANCE_DIR", "instance"), ("GIS_GEODATA_DIR", "geodata")):
        given = os.environ.get(variable)
        os.environ[variable] = str(Path(given).absolute() if given else ROOT / default)


def fill_database(steps: Steps) -> None:
    """Create or migrate the database and load the reference layers into a new one; skip what is done."""
    instance = Path(os.environ["GIS_INSTANCE_DIR"])
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"不能建立 Cannot make GIS_INSTANCE_DIR {instance} ({error.strerror}).") from None
    content = stamps.digest(files=sorted((ROOT / "gis_app" / "storage" / "migrations").rglob("*.py")))
    with stamps.only_one(instance):
        ours = not os.environ.get("GIS_DATABASE_URL") and (instance / "gis.sqlite3").exists()
        if ours and stamps.is_current(instance / ".initialised", content):
            return
        steps.begin("建立数据库", f"create, migrate and fill the database in {instance}")
        execute(
            [environment.VENV / "bin" / "gis-app", "init"],
            show=str.rstrip,
            remedy="未完成的部分已回退。What was not finished was rolled back; run it again.",
        )
        stamps.write(instance / ".initialised", content)
