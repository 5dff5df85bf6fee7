"""What QGIS does for a test, in a process of the distribution's own Python: see `desktop.qgis`.

Only the standard library and QGIS are at hand here. Each task takes JSON and tells JSON; nothing is judged.
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsFeatureRequest,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

IMAGE = QSize(900, 700)


def read_services(questions):
    """Read several collections, or one in several ways."""
    return [read_service(**question) for question in questions]


def read_service(uri, crs=None, subset="", rectangle=None, attribute=""):
    """Read every feature of a collection of an OGC API by the provider that QGIS has for it."""
    layer = QgsVectorLayer(uri, "service", "OAPIF")
    told = layer_of(layer)
    if layer.isValid():
        if subset:
            told["filtered"] = layer.setSubsetString(subset)
        request = QgsFeatureRequest()
        if rectangle:
            request.setFilterRect(QgsRectangle(*rectangle))
        if crs:
            system = QgsCoordinateReferenceSystem(crs)
            request.setDestinationCrs(system, QgsCoordinateTransformContext())
        names = [field.name() for field in layer.fields()]
        told["features"] = [feature_of(feature, names) for feature in layer.getFeatures(request)]
    return told


def open_project(package, picture):
    """Open the project inside a GeoPackage and draw it; tell what stands in it, layer by layer."""
    project = QgsProject.instance()
    storage = QgsApplication.projectStorageRegistry().projectStorageFromUri(f"geopackage:{package}")
    (name,) = storage.listProjects(f"geopackage:{package}")
    done = project.read(f"geopackage:{package}?projectName={name}")
    nodes = project.layerTreeRoot().findLayers()
    layers = [node.layer() for node in nodes]
    told = {"read": done, "title": project.title(), "crs": project.crs().authid()}
    told |= {"ellipsoid": project.ellipsoid(), "abstract": project.metadata().abstract()}
    told["layers"] = [node.name() for node in nodes if node.isVisible()]
    told["drawn"] = [layer_of(layer) for layer in layers if layer is not None]
    areas = next(layer for layer in layers if layer.name() == "网格")
    told |= draw(layers, project.crs(), areas.extent(), picture)
    return told


def open_layers(package, names):
    """Open single layers of a GeoPackage, as by dragging them into QGIS."""
    found = {}
    for name in names:
        found[name] = layer_of(QgsVectorLayer(f"{package}|layername={name}", name, "ogr"))
    return found


def draw_tiles(uri, extent, picture):
    """Draw vector tiles by the style that QGIS gives to any, over an extent in Web Mercator."""
    layer = QgsVectorTileLayer(uri, "tiles")
    system = QgsCoordinateReferenceSystem("EPSG:3857")
    return {"valid": layer.isValid()} | draw([layer], system, QgsRectangle(*extent), picture)


def write_files(source, files):
    """Write one layer into files, each by its driver, encoding, CRS and options; tell what went wrong."""
    layer = QgsVectorLayer(source, "source", "ogr")
    told = {}
    for asked in files:
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName = asked["driver"]
        options.fileEncoding = asked.get("encoding", "UTF-8")
        options.layerName = asked.get("layer", "")
        options.layerOptions = asked.get("options", [])
        options.symbologyExport = QgsVectorFileWriter.NoSymbology
        options.skipAttributeCreation = asked["driver"] == "DXF"
        options.ct = transform_to(layer, asked["crs"])
        done = QgsVectorFileWriter.writeAsVectorFormatV3(
            layer, asked["path"], QgsCoordinateTransformContext(), options
        )
        told[asked["path"]] = done[1] if done[0] else ""
    return told


def transform_to(layer, crs):
    """Return what brings a layer into a reference system."""
    target = QgsCoordinateReferenceSystem(crs)
    return QgsCoordinateTransform(layer.crs(), target, QgsCoordinateTransformContext())


def layer_of(layer):
    """Tell what a person sees of a layer in QGIS: its system, its fields' names, how it is drawn."""
    told = {"name": layer.name(), "valid": layer.isValid(), "error": layer.error().message()}
    if not layer.isValid():
        return told
    fields = layer.fields()
    told |= {"crs": layer.crs().authid(), "crs_title": layer.crs().description()}
    told |= {"crs_valid": layer.crs().isValid(), "count": layer.featureCount()}
    told["fields"] = [field.name() for field in fields]
    told["titles"] = {field.name(): layer.attributeDisplayName(at) for at, field in enumerate(fields)}
    return told | drawing_of(layer)


def drawing_of(layer):
    """Tell the renderer of a layer: its kind, its field, its classes with colours, its labels and scale."""
    renderer = layer.renderer()
    if renderer is None:
        return {"renderer": None}
    told = {"renderer": renderer.type(), "labels": None, "scale": 0}
    if renderer.type() == "categorizedSymbol":
        told["by"] = renderer.classAttribute()
        told["classes"] = [
            (one.value(), one.label(), one.symbol().color().name()) for one in renderer.categories()
        ]
    if layer.labelsEnabled() and layer.labeling() is not None:
        told["labels"] = layer.labeling().settings().fieldName
    if layer.hasScaleBasedVisibility():
        told["scale"] = layer.minimumScale()
    return told


def draw(layers, crs, extent, picture):
    """Draw layers into a picture; tell how many colours it has, which labels, and what went wrong."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(crs)
    settings.setExtent(extent)
    settings.setOutputSize(IMAGE)
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    places = ((x, y) for x in range(0, IMAGE.width(), 5) for y in range(0, IMAGE.height(), 5))
    labels = job.takeLabelingResults()
    return {
        "colours": len({image.pixel(x, y) for x, y in places}),
        "written": [one.labelText for one in labels.allLabels()] if labels else [],
        "errors": [one.message for one in job.errors()],
    }


def feature_of(feature, names):
    """Return a feature's values by name, and its shape as WKT with every decimal."""
    values = [value if isinstance(value, int | float | str) else None for value in feature.attributes()]
    return dict(zip(names, values, strict=True)) | {"wkt": feature.geometry().asWkt(17)}


TASKS = {one.__name__: one for one in (read_services, open_project, open_layers, draw_tiles, write_files)}


def main():
    """Do the task that is asked and write what it tells beside."""
    task, answer = sys.argv[1:]
    application = QgsApplication([], True)
    application.initQgis()
    told = TASKS[task](**json.loads(sys.stdin.read()))
    Path(answer).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    QgsProject.instance().clear()
    application.exitQgis()


if __name__ == "__main__":
    main()
