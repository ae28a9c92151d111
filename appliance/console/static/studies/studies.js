// A value and its place on the picture light up together: where the pointer is, else the focus.
"use strict";

const marked = (element) => element?.closest?.("[data-mark]")?.dataset.mark;

function light(pointed) {
  const number = marked(pointed) ?? marked(document.activeElement);
  for (const each of document.querySelectorAll("[data-mark]")) {
    each.classList.toggle("lit", each.dataset.mark === number);
  }
}

document.addEventListener("mouseover", (event) => light(event.target));
document.addEventListener("focusin", () => light(document.activeElement));
document.addEventListener("focusout", () => light(null));
