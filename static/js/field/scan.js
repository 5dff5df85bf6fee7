/* Reads the QR code of a station's or grid's sheet with the camera: the phone's own reader where it has one, else the
   kept library, fetched when it is first needed. A code of another county or of somebody else is said to be one. */
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { gridOf } from "./here.js";
import { stationOf } from "./nearest.js";
import { current } from "./pack.js";
import { choose } from "./position.js";
import * as sheet from "./sheet.js";

const EVERY_MS = 180;
const WIDEST = 720;
const CODE = /\/q\/(\d{6})\/(station|grid)\/([\w.-]{1,40})\/?$/;
let stream = null;
let timer = 0;

async function reader() {
  if ("BarcodeDetector" in window && (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const own = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async (picture) => (await own.detect(picture))[0]?.rawValue ?? null;
  }
  const { decodeQR } = await import("../../vendor/qr/decode.js");
  return async (picture) => {
    try {
      return decodeQR(picture.getContext("2d").getImageData(0, 0, picture.width, picture.height));
    } catch {
      return null; // there is none in this picture
    }
  };
}

/** What a code means here: {kind, code} or {problem}. */
export function meaning(text) {
  const found = CODE.exec(text.trim());
  if (!found) return { problem: _("这不是站点或网格的二维码。请扫站点门口或网格公示牌上的码。") };
  const [, county, kind, code] = found;
  const own = current()?.county;
  if (own?.code && county !== own.code) {
    return { problem: _("这是别的县（%(code)s）的二维码，这里只有%(county)s的数据。请扫本县的码，或者搜索地点。", { code: county, county: own.name }) };
  }
  const known = kind === "station" ? stationOf(code) : gridOf(code);
  if (!known) return { problem: _("本县的数据里没有这个编码：%(code)s。它可能已停用，或不在您手机的数据范围内。", { code }) };
  return { kind, code };
}

function take({ kind, code }) {
  sheet.close();
  if (kind === "grid") {
    location.hash = `grid=${encodeURIComponent(code)}`;
    return;
  }
  const { lon, lat, name } = stationOf(code);
  choose({ lon, lat, source: "station", name });
  location.hash = `station=${encodeURIComponent(code)}`;
}

function stop() {
  clearTimeout(timer);
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
}

async function look(video, said, read) {
  if (!stream) return;
  const canvas = document.createElement("canvas");
  const share = Math.min(1, WIDEST / Math.max(video.videoWidth, video.videoHeight, 1));
  Object.assign(canvas, { width: Math.round(video.videoWidth * share), height: Math.round(video.videoHeight * share) });
  if (canvas.width) {
    canvas.getContext("2d", { willReadFrequently: true }).drawImage(video, 0, 0, canvas.width, canvas.height);
    const text = await read(canvas);
    if (text && stream) {
      const found = meaning(text);
      if (!found.problem) return take(found);
      said.textContent = found.problem;
      said.dataset.tone = "warn";
    }
  }
  timer = setTimeout(() => look(video, said, read), EVERY_MS);
}

function cameraFault(error) {
  if (error.name === "NotAllowedError") return _("没有得到摄像头许可。请在浏览器的网站设置里允许，或者改用搜索。");
  if (error.name === "NotFoundError") return _("这台手机没有可用的摄像头。请改用搜索。");
  return _("摄像头打不开，可能正被别的应用使用。请改用搜索。");
}

/** Open the camera. */
export async function open() {
  const video = el("video", { class: "scan-video", muted: true, playsInline: true, "aria-label": _("摄像头画面") });
  const said = el("p", { class: "scan-said", id: "scan-said", role: "status" }, _("对准站点门口或网格公示牌上的二维码。"));
  sheet.open(_("扫二维码"), [el("div", { class: "scan-frame" }, video, el("span", { class: "scan-corners", "aria-hidden": "true" })), said,
    el("button", { class: "button wide", type: "button", onclick: async () => (await import("./find.js")).open() }, icon("search"), _("改用搜索"))],
  { name: "scan", onClose: stop });
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
    if (!sheet.isOpen("scan")) return stop();
    video.srcObject = stream;
    await video.play();
    await look(video, said, await reader());
  } catch (error) {
    stop();
    said.textContent = cameraFault(error);
    said.dataset.tone = "warn";
  }
}
