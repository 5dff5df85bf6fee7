/* What the forms of incidents share: a form is sent once, and photos that are too large are named before they travel. */
import { _ } from "./i18n.js";

const MOST = 9;
const LARGEST = 10 * 2 ** 20;

/** Say what is wrong with the chosen photos, "" where nothing is. */
export function photoFault(files) {
  if (files.length > MOST) return _("照片过多，最多 9 张");
  const large = [...files].find((file) => file.size > LARGEST);
  return large ? _("照片“%(name)s”超过 10 MB，请压缩后再传", { name: large.name }) : "";
}

/** Hold a form back while its photos are too large, and let it be sent once only. */
export function onlyOnce(form) {
  const photos = form.querySelector("input[type=file]");
  photos?.addEventListener("change", () => {
    photos.setCustomValidity(photoFault(photos.files));
    photos.reportValidity();
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; });
}
