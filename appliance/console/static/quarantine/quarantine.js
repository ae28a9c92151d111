"use strict";
/* Keys, and the place of the field that is being looked at. Nothing is computed here: whether a
   value is right, the box says. Without this file everything works by forms. */
(() => {
  const form = document.getElementById("decision");
  const typing = (target) => target.matches("input:not([type=checkbox]):not([type=radio]), textarea");

  function stillOpen(from) {
    const rows = [...form.querySelectorAll(".field-row")];
    const after = rows.slice(rows.indexOf(from) + 1);
    const isOpen = (row) => row.querySelector(".state[data-open=yes]") && !row.querySelector(".confirm:checked");
    return after.find(isOpen) || rows.find((row) => row !== from && isOpen(row));
  }

  function goOn(row) {
    const next = stillOpen(row);
    const target = next ? next.querySelector("input:not([type=checkbox]), select, .confirm") : document.getElementById("accept");
    if (target) target.focus();
    if (target && target.select) target.select();
  }

  /* Enter says of the field it is pressed in: it is so. Not of one whose value was just typed and
     whose answer is not here yet: then the next press says it. */
  function confirmed(row) {
    const box = row.querySelector(".confirm");
    const field = row.querySelector(".cell input, .cell select");
    if (!box) return true;
    if (field && box.value !== field.value) return false;
    if (!box.checked) { box.checked = true; box.dispatchEvent(new Event("change", { bubbles: true })); }
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.repeat) { event.preventDefault(); return; }
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = form && event.target.closest && event.target.closest(".field-row");
    if (event.key === "Enter" && row) {
      event.preventDefault();
      if (confirmed(row)) goOn(row);
      return;
    }
    if (event.key !== "Escape" && (typing(event.target) || event.target.matches("select"))) return;
    const button = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key);
    if (button) { event.preventDefault(); button.click(); }
  });

  const first = document.querySelector(".field-row [autofocus]");
  if (first && first.select) first.select();

  document.addEventListener("focusin", (event) => {
    for (const each of document.querySelectorAll(".place.here")) each.classList.remove("here");
    const row = event.target.closest && event.target.closest(".field-row");
    const place = row && document.getElementById(`place-${row.dataset.field}`);
    if (place) place.classList.add("here");
  });
})();
