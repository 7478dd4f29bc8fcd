"use strict";
// The index lies in scripts that were loaded before: `copydesk.stories` and `copydesk.outlets`.
// A row is id, headline, day, copies, agency, numbers of outlets, other headlines.

const SHOWN = 50;
const input = document.getElementById("q");
const select = document.getElementById("outlet");
const found = document.getElementById("found");
const results = document.getElementById("results");
const more = document.getElementById("more");

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const folded = copydesk.stories.map(([, title, , , agency, outlets, others]) => [
  fold(title),
  fold([title, agency, ...others, ...outlets.map((n) => copydesk.outlets[n])].join("\n")),
]);
let matches = [];
let terms = [];

for (const [name, number] of copydesk.outlets.map((name, n) => [name, n]).sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
  select.append(new Option(name, String(number)));
}

function element(tag, text, kind) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  made.append(text);
  return made;
}

function marked(text) {
  const span = document.createElement("span");
  span.dir = "auto";
  // Folding may change the length of a character: each folded one knows where it came from.
  let plain = "";
  const from = [];
  let place = 0;
  for (const character of text) {
    const now = fold(character);
    for (let n = 0; n < now.length; n++) from.push(place);
    plain += now;
    place += character.length;
  }
  from.push(text.length);
  const spans = terms.flatMap((term) => places(plain, term)).map(([a, b]) => [from[a], from[b]]);
  spans.sort((a, b) => a[0] - b[0]);
  let at = 0;
  for (const [start, end] of spans) {
    if (start < at) continue;
    span.append(text.slice(at, start), element("mark", text.slice(start, end)));
    at = end;
  }
  span.append(text.slice(at));
  return span;
}

function places(text, term) {
  const all = [];
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) {
    all.push([at, at + term.length]);
  }
  return all;
}

function entry(number) {
  const [id, title, day, copies, agency, outlets, others] = copydesk.stories[number];
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `stories/${id.slice(0, 2)}/${id}.html`;
  link.append(marked(title));
  const parts = [day || "no date", agency, copies > 1 ? `${copies} copies` : ""];
  const names = outlets.slice(0, 4).map((n) => copydesk.outlets[n]);
  if (outlets.length > 4) names.push(`${outlets.length - 4} more`);
  parts.push(names.join(", "));
  item.append(link, element("p", parts.filter(Boolean).join(" · "), "meta"));
  const other = others.find((one) => terms.some((term) => fold(one).includes(term) && !folded[number][0].includes(term)));
  if (other) {
    const line = element("p", "also headlined: ", "meta");
    line.append(marked(other));
    item.append(line);
  }
  return item;
}

function show() {
  const from = results.children.length;
  results.append(...matches.slice(from, from + SHOWN).map(entry));
  more.hidden = results.children.length >= matches.length;
  return results.children[from];
}

function search() {
  terms = fold(input.value).split(/\s+/).filter(Boolean);
  const outlet = select.value === "" ? -1 : Number(select.value);
  matches = [];
  if (terms.length || outlet >= 0) {
    for (let n = 0; n < folded.length; n++) {
      if (outlet >= 0 && !copydesk.stories[n][5].includes(outlet)) continue;
      if (terms.every((term) => folded[n][1].includes(term))) matches.push(n);
    }
    // Those whose own headline matches come first; each part stays newest first.
    const own = (n) => (terms.every((term) => folded[n][0].includes(term)) ? 0 : 1);
    matches.sort((a, b) => own(a) - own(b) || a - b);
  }
  results.replaceChildren();
  show();
  const stories = (n) => `${n.toLocaleString("en")} ${n === 1 ? "story" : "stories"}`;
  found.textContent = terms.length || outlet >= 0 ? `${stories(matches.length)} found.` : `${stories(folded.length)} to search.`;
}

document.getElementById("search").addEventListener("submit", (event) => event.preventDefault());
input.addEventListener("input", search);
select.addEventListener("change", search);
more.addEventListener("click", () => show().querySelector("a").focus());
input.value = new URLSearchParams(location.search).get("q") || "";
search();
input.focus();
