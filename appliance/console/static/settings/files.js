// A file is read in the browser and put into the text field that it names; without this, text is
// pasted there.
"use strict";

for (const input of document.querySelectorAll("input[data-into]")) {
  input.hidden = false;
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (file) {
      document.getElementById(input.dataset.into).value = await file.text();
    }
  });
}
