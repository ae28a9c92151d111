// A value and its place on the picture light up together, wherever the pointer or the focus is.
"use strict";

function light(event) {
  const number = event.target.closest?.("[data-mark]")?.dataset.mark;
  for (const each of document.querySelectorAll("[data-mark]")) {
    each.classList.toggle("lit", each.dataset.mark === number);
  }
}

for (const kind of ["mouseover", "focusin"]) document.addEventListener(kind, light);
document.addEventListener("mouseout", (event) => {
  if (!event.relatedTarget) light(event);
});
