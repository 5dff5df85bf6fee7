/* A layer of canvas tiles that a painter fills from shapes prepared once: painter(context, coords, drawn, shown). */
const L = window.L;

const Tiles = L.GridLayer.extend({
  options: { updateWhenZooming: false, keepBuffer: 2, maxZoom: 22 },
  createTile(coords) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = Math.round(256 * this.sharpness());
    this.paint(tile, coords);
    return tile;
  },
  sharpness: () => Math.min(3, (window.devicePixelRatio || 1) * 1.25),
  paint(tile, coords) {
    const context = tile.getContext("2d");
    const ratio = tile.width / 256;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, 256, 256);
    const { painter, drawn, shown } = this.options;
    painter(context, coords, drawn, shown);
  },
  repaint() {
    for (const { el, coords } of Object.values(this._tiles ?? {})) this.paint(el, coords);
  },
});

/** Make such a layer for a pane; `drawn` and `shown` are looked at every time a tile is painted. */
export const tiles = (pane, painter, drawn, shown) => new Tiles({ pane, painter, drawn, shown });
