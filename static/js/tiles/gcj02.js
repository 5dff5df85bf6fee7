/* Tiles in GCJ-02, drawn where they belong: a classic script, since folium's shell uses it before any module runs.
   The layer takes the map's centre for the point that GCJ-02 calls by the same numbers, and moves its tiles by the
   difference; it does so again after every move, because the difference changes by metres over kilometres. */
(() => {
  const L = window.L;
  const A = 6378245.0;
  const E2 = 0.00669342162296594323;

  function bend(x, y) {
    const { sin, sqrt, abs, PI } = Math;
    const wave = (20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2 / 3;
    const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
      + (20 * sin(y * PI) + 40 * sin(y / 3 * PI)) * 2 / 3 + (160 * sin(y / 12 * PI) + 320 * sin(y * PI / 30)) * 2 / 3;
    const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
      + (20 * sin(x * PI) + 40 * sin(x / 3 * PI)) * 2 / 3 + (150 * sin(x / 12 * PI) + 300 * sin(x / 30 * PI)) * 2 / 3;
    return [east, north];
  }

  /** WGS 84 to GCJ-02; outside China both are the same. */
  function toGcj02({ lat, lng }) {
    if (lng < 72.004 || lng > 137.8347 || lat < 0.8293 || lat > 55.8271) return L.latLng(lat, lng);
    const [east, north] = bend(lng - 105, lat - 35);
    const radians = lat / 180 * Math.PI;
    const curve = 1 - E2 * Math.sin(radians) ** 2;
    const dLat = north * 180 / ((A * (1 - E2)) / (curve * Math.sqrt(curve)) * Math.PI);
    const dLng = east * 180 / (A / Math.sqrt(curve) * Math.cos(radians) * Math.PI);
    return L.latLng(lat + dLat, lng + dLng);
  }

  L.TileLayer.Gcj02 = L.TileLayer.extend({
    _setZoomTransform(level, center, zoom) {
      L.TileLayer.prototype._setZoomTransform.call(this, level, toGcj02(L.latLng(center)), zoom);
    },
    _getTiledPixelBounds(center) {
      return L.TileLayer.prototype._getTiledPixelBounds.call(this, toGcj02(L.latLng(center)));
    },
    _onMoveEnd() {
      if (!this._map || this._map._animatingZoom) return;
      this._setZoomTransforms(this._map.getCenter(), this._map.getZoom());
      this._update();
    },
  });
  L.TileLayer.Gcj02.toGcj02 = toGcj02;
  L.tileLayer.gcj02 = (url, options) => new L.TileLayer.Gcj02(url, options);
})();
