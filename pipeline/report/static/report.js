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
  if (event.key !== "Escape") return;
  for (const why of document.querySelectorAll(".why:focus-within, .cut:hover .why")) {
    why.classList.add("away");
    const back = () => why.classList.remove("away");
    why.addEventListener("focusout", back, { once: true });
    why.closest(".cut").addEventListener("mouseleave", back, { once: true });
  }
});
