/* Adds to the inbox what links and forms cannot do: asking the browser for its position, only when somebody wants the
   order by distance, and counting what is chosen for dispatch. */
import { _ } from "./i18n.js";

const filter = document.getElementById("inbox-filter");
const order = document.getElementById("inbox-order");
const note = document.getElementById("inbox-note");

function byDistance() {
  if (!navigator.geolocation) {
    note.textContent = _("浏览器不能提供位置，请换一种排序。");
    order.value = "due";
    return;
  }
  note.textContent = _("正在获取您的位置…");
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    filter.elements.near.value = `${coords.longitude.toFixed(6)},${coords.latitude.toFixed(6)}`;
    submit();
  }, () => {
    note.textContent = _("没有得到您的位置，请允许定位后重试，或换一种排序。");
    order.value = "due";
  }, { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 });
}

function send() {
  if (order.value === "distance" && !filter.elements.near.value) return byDistance();
  return submit();
}

/** Send the form; a position goes in the body, since addresses are logged on their way. */
function submit() {
  const near = filter.elements.near;
  near.disabled = order.value !== "distance";
  filter.method = near.disabled ? "get" : "post";
  filter.submit();
}

order.addEventListener("change", send);
filter.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});

const bulk = document.getElementById("bulk-bar");
if (bulk) {
  const form = document.getElementById("bulk");
  const boxes = [...form.querySelectorAll("input[name=chosen]")];
  const all = document.getElementById("choose-all");
  const count = document.getElementById("bulk-count");
  const button = bulk.querySelector("button");
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    count.textContent = chosen ? _("已选 %(n)s 件", { n: chosen }) : _("勾选待派遣的事件，一起派给一个单位");
    button.disabled = !chosen;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.parentElement.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  form.addEventListener("change", show);
  show();
}
