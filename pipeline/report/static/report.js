"use strict";
// All pages work without this script: it opens all copies at once, and a copy that is linked to.

for (const button of document.querySelectorAll("button[data-open]")) {
  const all = document.querySelectorAll(`details.${button.dataset.open}`);
  button.hidden = all.length === 0;
  button.addEventListener("click", () => {
    const open = [...all].some((one) => !one.open);
    for (const one of all) one.open = open;
    button.textContent = open ? "Close all" : "Open all";
  });
}

function openLinked() {
  const linked = document.getElementById(location.hash.slice(1));
  if (linked && linked.tagName === "DETAILS") linked.open = true;
}
addEventListener("hashchange", openLinked);
openLinked();

// A hint can be sent away without moving the pointer or the focus.
document.addEventListener("keydown", (event) => {
  const why = document.activeElement && document.activeElement.closest(".why");
  if (event.key === "Escape" && why) why.classList.add("away");
});
document.addEventListener("focusout", (event) => {
  const why = event.target.closest && event.target.closest(".why");
  if (why) why.classList.remove("away");
});
