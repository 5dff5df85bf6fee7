/* What makes the field page work without a network: the service worker, the sender, a pack that is renewed. An update
   waits until the worker of the street asks for it; nothing of the outbox depends on it. */
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";
import * as packs from "./pack.js";
import * as sender from "./sender.js";
import "./wipe_on_sign_out.js";
import { current } from "./views.js";

const LOOK_AGAIN_MS = 3_600_000;
const FRESH_MS = 300_000;

/** The tab "report" opens the camera in the same tap; where that is not possible the form has a button for it. */
function cameraAtOnce(event) {
  const tab = event.target.closest?.("[data-tab=report]");
  if (!tab || current().view === "report") return;
  import("./report.js");
  document.getElementById("report-camera")?.click();
}

async function register() {
  if (!("serviceWorker" in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register("/field/service-worker.js", { scope: "/field", updateViaCache: "none" });
    offer(registration);
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", () => offer(registration)));
    setInterval(() => registration.update().catch(() => {}), LOOK_AGAIN_MS);
  } catch (error) {
    console.warn(error.message || error);
  }
}

/** Say that a newer version is here and let it take over by a tap. */
function offer({ waiting }) {
  const notices = document.getElementById("notices");
  if (!waiting || !navigator.serviceWorker.controller || document.getElementById("new-version")) return;
  const renew = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("skip-waiting");
  };
  notices?.append(el("p", { class: "notice", id: "new-version" }, icon("refresh"), el("span", {}, _("有新版本，待发的上报不受影响。")),
    el("button", { type: "button", class: "button", onclick: renew }, _("点此更新"))));
}

/** Start once: what waits is sent, the pack renewed while the page is looked at, the service worker registered last. */
export function start() {
  document.addEventListener("click", cameraAtOnce, true);
  sender.start();
  setInterval(() => document.visibilityState === "visible" && packs.refresh(), FRESH_MS);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && packs.refresh());
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}
