"""The deployment guide is true as far as a machine can say: its files are read by the programs they are for.

nginx is asked where it is installed; elsewhere its grammar alone is checked here (braces, semicolons, the
directives of this file), which finds slips of the pen and not a wrong value. systemd-analyze likewise.
"""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gis_app.settings import documented_settings, load_settings
from tests import postgres
from tests.conftest import ROOT, gis_app
from tests.help_blocks import blocks_of, manual_page

UNIT, NGINX, CRON = (
    "/etc/systemd/system/gis-app.service",
    "/etc/nginx/conf.d/gis-app.conf",
    "/etc/cron.d/gis-app",
)
UNIT_KEYS = {
    "Unit": "Description After Wants",
    "Service": """Type User Group EnvironmentFile WorkingDirectory ExecStart Restart RestartSec TimeoutStopSec
        UMask LimitNOFILE MemoryMax NoNewPrivileges PrivateTmp PrivateDevices ProtectSystem ProtectHome
        ProtectKernelTunables ProtectKernelModules ProtectControlGroups RestrictSUIDSGID
        CapabilityBoundingSet ReadWritePaths""",
    "Install": "WantedBy",
}
NGINX_WORDS = """upstream server keepalive listen server_name return ssl_certificate ssl_certificate_key
    ssl_protocols ssl_session_cache ssl_session_timeout ssl_session_tickets server_tokens client_max_body_size
    proxy_read_timeout access_log location proxy_pass proxy_http_version proxy_set_header"""
LOGROTATE_WORDS = "daily rotate compress delaycompress missingok notifempty create sharedscripts postrotate"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the guide in both languages as the application shows it."""
    return manual_page(tmp_path_factory.mktemp("help"), "deployment")


@pytest.fixture(scope="module")
def files(pages) -> dict[str, str]:
    """Return the files of the guide by path."""
    marked = [block for block in blocks_of(pages["zh"]) if "file" in block.marks]
    return {block.marks["file"]: block.text.strip() + "\n" for block in marked}


def test_both_languages_have_the_same_blocks(pages):
    zh, en = (blocks_of(pages[lang]) for lang in ("zh", "en"))
    assert zh == en and len(zh) >= 15


def test_the_settings_file_is_one_that_the_program_starts_with(files, monkeypatch, tmp_path: Path):
    for pair in shlex.split(files["/etc/gis-app.env"]):
        monkeypatch.setenv(*pair.split("=", 1))
    monkeypatch.setenv("GIS_INSTANCE_DIR", str(tmp_path))
    found = load_settings()
    assert (found.host, found.secure_cookies, found.demo_accounts) == ("127.0.0.1", True, False)
    assert found.proxy_hops == files[NGINX].count("proxy_pass") == 1
    names = re.search(r"server_name (\S+);", files[NGINX])[1]
    assert names in found.trusted_hosts and f"server {found.host}:{found.port};" in files[NGINX]


def test_the_settings_of_the_guide_are_those_of_the_program(pages):
    named = set(re.findall(r"GIS_[A-Z_]+", pages["zh"] + pages["en"]))
    assert len(named) > 15 and named <= {one.variable for one in documented_settings()}


def test_the_unit_has_only_keys_that_systemd_knows(files):
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str
    unit.read_string(files[UNIT])
    assert {name: set(unit[name]) for name in unit.sections()} == {
        name: set(keys.split()) for name, keys in UNIT_KEYS.items()
    }
    command, *words = unit["Service"]["ExecStart"].split()
    assert command.startswith("/opt/gis-app/.venv/bin/gis-app") and words == ["serve"]
    journal = configparser.ConfigParser(strict=True)
    journal.read_string(files["/etc/systemd/journald.conf.d/gis-app.conf"])
    assert int(journal["Journal"]["MaxRetentionSec"].removesuffix("day")) >= 184


def test_systemd_takes_the_unit_where_there_is_one_to_ask(files, tmp_path: Path):
    program = shutil.which("systemd-analyze")
    if program is None:
        return
    unit = tmp_path / "gis-app.service"
    unit.write_text(files[UNIT].replace("/opt/gis-app/.venv/bin/gis-app", sys.executable))
    done = subprocess.run([program, "verify", "--man=no", unit], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "gis-app" in line]
    assert done.returncode == 0 and ours == []


def test_nginx_takes_its_file_or_its_grammar_holds(files, tmp_path: Path):
    text = files[NGINX]
    assert unknown_words(text) == []
    assert [fault for fault in unknown_words(text.replace("listen 80;", "lissten 80")) if fault]
    program = shutil.which("nginx")
    if program is None:
        return
    key, certificate = tmp_path / "key.pem", tmp_path / "fullchain.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=grid.example.gov.cn",
         "-days", "2", "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )  # fmt: skip
    own = text.replace("/etc/ssl/gis", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{own}\n}}\n")
    done = subprocess.run([program, "-t", "-c", whole, "-e", tmp_path / "e"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def unknown_words(text: str) -> list[str]:
    """Return what is no directive of this file's, ends without a semicolon, or stands in unpaired braces."""
    faults, depth = [], 0
    for line in filter(None, (line.strip() for line in text.splitlines())):
        depth += line.count("{") - line.count("}")
        if line != "}" and (line.split()[0] not in NGINX_WORDS.split() or not line.endswith((";", "{"))):
            faults.append(line)
    return faults + (["braces"] if depth else [])


def test_what_the_program_takes_passes_the_proxy(files):
    most = int(re.search(r"client_max_body_size (\d+)m;", files[NGINX])[1])
    waits = int(re.search(r"proxy_read_timeout (\d+)s;", files[NGINX])[1])
    from gis_app.web.server import REQUEST_SECONDS

    default = {one.variable: one.default for one in documented_settings()}
    assert most > int(default["GIS_IMPORT_MAX_MIB"]) and waits > REQUEST_SECONDS


def test_cron_has_times_an_account_and_programs_of_ours(files):
    lines = [line for line in files[CRON].splitlines() if not line.startswith("MAILTO=")]
    assert len(lines) >= 4
    for line in lines:
        assert re.fullmatch(r"(?:[\d*/,-]+ ){5}root (?:/usr/local/bin/gis|find) [^%]+", line), line


def test_the_short_command_reads_its_settings_and_passes_its_words_on(files, tmp_path: Path):
    script = files["/usr/local/bin/gis"].replace("/etc/gis-app.env", str(tmp_path / "env"))
    script = script.replace("runuser -u gis -- /opt/gis-app/.venv/bin/gis-app", str(tmp_path / "program"))
    (tmp_path / "env").write_text(files["/etc/gis-app.env"])
    (tmp_path / "program").write_text('#!/bin/sh\necho "$GIS_INSTANCE_DIR" "$@"\n')
    (tmp_path / "program").chmod(0o755)
    done = subprocess.run(["sh", "-c", script, "gis", "user", "list"], capture_output=True, text=True)
    assert done.stdout == "/srv/gis/instance user list\n"


def test_logs_are_kept_as_long_as_the_law_asks(files):
    lines = [line.strip() for line in files["/etc/logrotate.d/gis-app"].splitlines()]
    (kept,) = (int(line.split()[1]) for line in lines if line.startswith("rotate"))
    inside = lines[1 : lines.index("postrotate") + 1]
    assert kept >= 184 and {line.split()[0] for line in inside} == set(LOGROTATE_WORDS.split())
    assert lines[-2:] == ["endscript", "}"]


def test_the_database_of_the_guide_is_one_that_the_program_can_use(files, tmp_path: Path):
    """Run its statements as the superuser, then let the program make its tables as the plain account."""
    with postgres.running() as address:
        psql = postgres.find_binaries() / "psql"
        told = subprocess.run(
            [psql, f"{address}postgres", "--set=ON_ERROR_STOP=1", "--quiet"],
            input=files["gis-app.sql"], capture_output=True, text=True,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
        url = f"{address}gis".replace("//postgres@", "//gis:change-this@")
        done = gis_app("init", "--empty", "--json", instance_dir=tmp_path, GIS_DATABASE_URL=url,
                       GIS_DEMO_ACCOUNTS="false")  # fmt: skip
    assert '"loaded": false' in done.stdout


def test_what_is_installed_is_what_the_repository_has(pages):
    assert "scripts/run --set-up" in pages["zh"] and (ROOT / "scripts" / "run").exists()
