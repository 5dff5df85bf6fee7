/* A voice note of at most a minute: recorded by a tap, heard again, taken away again. */
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";

const LONGEST_S = 60;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/** Draw the recorder into `holder`; `kept(blob|null)` hears of what was recorded or taken away. */
export function recorder(holder, kept) {
  let recording = null;
  let beginning = false;
  let ended = Promise.resolve(); // when what was being recorded is kept
  let address = "";

  const can = Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
  const said = el("span", { role: "status", class: "quiet" });
  const button = el("button", { type: "button", class: "button", onclick: () => (recording ? recording.stop() : begin()) });

  function idle(note = "") {
    button.replaceChildren(icon("microphone"), _("录一段话"));
    said.textContent = can ? note : _("此浏览器不能录音");
    button.disabled = !can;
    holder.replaceChildren(button, said);
  }

  async function begin() {
    if (beginning) return undefined;
    beginning = true;
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      return idle(_("没有录音权限，可改用文字描述"));
    } finally {
      beginning = false;
    }
    const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one));
    recording = new MediaRecorder(stream, { ...(type ? { mimeType: type } : {}), audioBitsPerSecond: 32_000 });
    const parts = [];
    let seconds = 0;
    const clock = setInterval(() => { said.textContent = `${++seconds} / ${LONGEST_S}`; if (seconds >= LONGEST_S) recording?.stop(); }, 1000);
    recording.addEventListener("dataavailable", ({ data }) => parts.push(data));
    let over = () => {};
    ended = new Promise((resolve) => { over = resolve; });
    recording.addEventListener("stop", async () => {
      clearInterval(clock);
      for (const track of stream.getTracks()) track.stop();
      const blob = new Blob(parts, { type: (recording.mimeType || "audio/webm").split(";")[0] });
      recording = null;
      try {
        if (!blob.size) return idle();
        show(blob);
        return await kept(blob);
      } finally {
        over();
      }
    });
    recording.start(1000);
    button.replaceChildren(icon("player-stop"), _("停止录音"));
    said.textContent = `0 / ${LONGEST_S}`;
    return undefined;
  }

  /** Show a note that is kept. */
  function show(blob) {
    URL.revokeObjectURL(address);
    if (!blob) return idle();
    address = URL.createObjectURL(blob);
    const away = el("button", { type: "button", class: "button", "aria-label": _("删除语音"), onclick: () => { show(null); kept(null); } }, icon("trash"));
    return holder.replaceChildren(el("audio", { controls: true, src: address, "aria-label": _("语音说明") }), away);
  }

  /** Stop a recording that runs, as when the report is sent; answers when what was said is kept. */
  async function finish() {
    recording?.stop();
    await ended;
  }

  idle();
  return { show, finish };
}
