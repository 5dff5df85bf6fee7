"""Nothing is ever sent to an address that is not private, allowed by a setting, and on an allowed port."""

from __future__ import annotations

import pytest

from gis_app.errors import BadInput
from gis_app.networks import PRIVATE_NETWORKS, has_port, is_private, lies_in
from gis_app.webhooks.addresses import checked, target_of

PORTS = "80,443,8000-8100"
LOOPBACK = (*PRIVATE_NETWORKS, "127.0.0.0/8", "::1/128")
INSIDE = [
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.9.9",
    "192.168.1.1",
    "fd00::1",
    "::ffff:10.1.2.3",
]
OUTSIDE = [
    *("8.8.8.8", "172.32.0.1", "192.169.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255"),
    *("127.0.0.1", "::1", "100.64.0.1", "fe80::1", "::", "2001:db8::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1"),
    *("64:ff9b::7f00:1", "2002:7f00:1::", "", "x", "10.0.0", "010.0.0.1", "fe80::1%eth0", "192.0.0.1"),
    *("fd00:ec2::254", "fd20:ce::254", "fd00:c1::a9fe:a9fe"),  # where clouds keep a machine's secrets
]


@pytest.mark.parametrize("address", INSIDE)
def test_private_addresses_are_inside(address):
    assert lies_in(address, PRIVATE_NETWORKS)


@pytest.mark.parametrize("address", OUTSIDE)
def test_all_others_are_outside(address):
    assert not lies_in(address, PRIVATE_NETWORKS)


def test_loopback_only_where_a_setting_names_it():
    assert lies_in("127.0.0.1", LOOPBACK) and lies_in("::1", LOOPBACK)
    assert not lies_in("169.254.169.254", ("0.0.0.0/0",)), "no setting opens what is not private"


@pytest.mark.parametrize(
    "network", ["0.0.0.0/0", "8.8.8.0/24", "169.254.0.0/16", "10.0.0.0/7", "::/0", "x", ""]
)
def test_no_public_network_can_be_set(network):
    assert not is_private(network)


@pytest.mark.parametrize(
    ("port", "fits"), [(80, True), (8000, True), (8100, True), (8101, False), (22, False)]
)
def test_ports_are_a_closed_list(port, fits):
    assert has_port(port, PORTS) is fits


@pytest.mark.parametrize(
    "url",
    [
        *("", "10.0.0.1", "ftp://10.0.0.1/", "file:///etc/passwd", "javascript:1", "http://", "http:///x"),
        *("http://u:p@10.0.0.1/", "http://10.0.0.1/#x", "http://10.0.0.1:22/", "http://10.0.0.1:99999/"),
        *(
            "http://10.0.0.1:x/",
            "http://10.0.0.1\\@8.8.8.8/",
            "http://10.0.0.1/ x",
            "http://10.0.0.1/\r\nX: y",
        ),
        *(
            "http://内网/",
            "http://[::1",
            "gopher://10.0.0.1:80/",
            "http://10.0.0.1:0/",
            "http://10.0.0.1/" + "x" * 500,
        ),
    ],
)
def test_what_is_no_plain_address_is_refused_by_field_and_remedy(url):
    with pytest.raises(BadInput) as refused:
        target_of(url, PORTS)
    assert refused.value.fields["url"]


def test_every_address_of_a_name_has_to_be_private():
    target = target_of("http://hooks.county.example:8080/in?a=1", "8080")
    names = {
        "one": ["10.0.0.1"],
        "mixed": ["10.0.0.1", "8.8.8.8"],
        "none": [],
        "rebound": ["169.254.169.254"],
    }
    found = checked(target, PRIVATE_NETWORKS, lambda _host, _port: names["one"])
    assert (found.address, found.authority, found.path) == (
        "10.0.0.1",
        "hooks.county.example:8080",
        "/in?a=1",
    )
    for name in ("mixed", "none", "rebound"):
        with pytest.raises(BadInput):
            checked(target, PRIVATE_NETWORKS, lambda _host, _port, name=name: names[name])


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "localhost"]
)
def test_no_way_of_writing_loopback_leads_there(host):
    with pytest.raises(BadInput):
        checked(target_of(f"http://{host}/", PORTS), PRIVATE_NETWORKS)
