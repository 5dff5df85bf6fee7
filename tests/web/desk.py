"""What the tests of the import desk share: bringing a file, doing the background's work, reading a form."""

from __future__ import annotations

import io
import re

import geopandas as gpd

from gis_app.jobs.runner import Runner
from gis_app.storage.layers import read_layer
from gis_app.web.services import KEY
from tests.web.conftest import FROM_OUR_PAGE

JSON = FROM_OUR_PAGE | {"Accept": "application/json"}
IMPORT = re.compile(r"/desk/[0-9a-f]{16}")


def parts(app):
    return app.extensions[KEY]


def stations(app) -> gpd.GeoDataFrame:
    with parts(app).store.read() as conn:
        return read_layer(conn, "stations")


def given(app, **changes) -> bytes:
    """Return the county's stations as GeoJSON, with columns changed."""
    return stations(app).assign(**changes).to_json().encode()


def upload(client, body: bytes, name: str = "stations.geojson"):
    """Send a file as the form of the page does."""
    form = {"file": (io.BytesIO(body), name)}
    return client.post("/desk", data=form, content_type="multipart/form-data", headers=FROM_OUR_PAGE)


def received(app, client, body: bytes, name: str = "stations.geojson") -> str:
    """Bring a file, have it read, and return the address of its import."""
    answer = upload(client, body, name)
    assert answer.status_code == 303 and IMPORT.fullmatch(answer.location), answer.text
    run(app, client, answer.location)
    return answer.location


def run(app, client, address: str) -> None:
    """Do in this process what the background has to do for an import."""
    job = client.get(f"{address}.json").json["job"]
    Runner(parts(app).store, parts(app).settings.instance_dir).run(job)


def form_on(page: str, action: str) -> dict[str, str]:
    """Return what a form of a page would send as it stands: hidden fields, chosen options, ticked radios."""
    inside = page[page.index(f'action="{action}"') :]
    inside = inside[: inside.index("</form>")]
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside))
    found |= dict(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked', inside))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', inside, re.DOTALL):
        chosen = re.findall(r'value="([^"]*)" selected', options) or re.findall(r'value="([^"]*)"', options)
        found[name] = chosen[0]
    return found


def send(client, address: str, form: dict[str, str]):
    return client.post(address, data=form, headers=FROM_OUR_PAGE)


def checked(app, client, body: bytes) -> str:
    """Bring a file as far as the check, everything as it was recognised, and return its address."""
    address = received(app, client, body)
    page = client.get(address).text
    answer = send(client, f"{address}/choose", form_on(page, f"{address}/choose"))
    assert answer.status_code == 303, answer.text
    run(app, client, address)
    return address
