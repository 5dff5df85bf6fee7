/* The drop zone: a file is dropped or chosen and goes up at once, with progress and a way to stop it.
   Without scripts the same form sends the file as any form does. */
import { _ } from "../i18n.js";

const zone = document.getElementById("drop-zone");
const input = document.getElementById("desk-file");
const progress = document.getElementById("drop-progress");
const fault = document.getElementById("drop-fault");
const most = Number(zone.dataset.most) * 2 ** 20;
const suffixes = zone.dataset.suffixes.split(" ");
const inSteps = (bytes) => (bytes / 2 ** 20).toFixed(1);

let going = null;

function refuse(message) {
  fault.textContent = message;
  progress.hidden = true;
  zone.classList.remove("sending");
  input.disabled = false;
  input.value = "";
  going = null;
}

/** Return why a file need not be sent at all, "" where it may. */
function reasonAgainst(files) {
  if (files.length > 1) return _("一次只能导入一个文件；Shapefile 请把各个文件压缩成一个 ZIP。");
  const [file] = files;
  if (!suffixes.some((one) => file.name.toLowerCase().endsWith(one))) return _("不接受这种文件：%(name)s。可用格式见上面的说明。", { name: file.name });
  if (!file.size) return _("文件是空的，请检查导出是否成功。");
  if (file.size > most) return _("文件有 %(size)s MB，超过 %(most)s MB，请拆分或去掉无关内容。", { size: inSteps(file.size), most: zone.dataset.most });
  return "";
}

function tell({ loaded, total }) {
  const percent = total ? Math.floor((loaded / total) * 100) : 0;
  progress.querySelector(".run-bar").value = percent;
  progress.querySelector(".run-percent").textContent = `${percent} %`;
  progress.querySelector(".run-words").textContent = percent < 100 ? `${inSteps(loaded)} / ${inSteps(total)} MB` : _("已传完，等待读入");
}

function ended(request) {
  if (request.status === 401) return location.assign(`/sign-in?next=${encodeURIComponent("/desk")}`);
  let answer = null;
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    answer = null;
  }
  if (request.status === 201 && answer) return location.assign(answer.address);
  const { message, fields } = answer?.error ?? {};
  const more = Object.values(fields ?? {}).filter((one) => one !== message);
  return refuse([message || _("没有传上去，请重试。"), ...more].join(" "));
}

function upload(file) {
  const body = new FormData();
  body.append(input.name, file);
  going = new XMLHttpRequest();
  going.open("POST", zone.action);
  going.setRequestHeader("Accept", "application/json");
  going.upload.addEventListener("progress", tell);
  const request = going;
  going.addEventListener("load", () => ended(request));
  going.addEventListener("error", () => refuse(_("网络中断，没有传上去，请重试。")));
  going.addEventListener("abort", () => refuse(_("已取消上传。")));
  fault.textContent = "";
  progress.querySelector(".drop-name").textContent = file.name;
  progress.hidden = false;
  zone.classList.add("sending");
  tell({ loaded: 0, total: file.size });
  going.send(body);
  input.disabled = true;
}

function take(files) {
  if (going || !files.length) return;
  const reason = reasonAgainst(files);
  if (reason) refuse(reason);
  else upload(files[0]);
}

function over(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  zone.classList.add("over");
}

for (const name of ["dragenter", "dragover"]) document.addEventListener(name, over);
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) zone.classList.remove("over"); });
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  zone.classList.remove("over");
  take([...event.dataTransfer.files]);
});
input.addEventListener("change", () => take([...input.files]));
zone.addEventListener("submit", (event) => {
  if (!input.files.length) return;
  event.preventDefault();
  take([...input.files]);
});
document.getElementById("drop-cancel").addEventListener("click", () => going?.abort());
zone.querySelector(".drop-words").hidden = false;
zone.classList.add("scripted");
document.getElementById("problem")?.focus();
document.documentElement.dataset.ready = "desk";
