// The menu: it marks what is read, finds what is looked for, and unfolds on a phone. And the switch for the colours.
"use strict";

function bringIntoView(scroller, link) {
  const box = scroller.getBoundingClientRect();
  const at = link.getBoundingClientRect();
  if (at.top < box.top + 40 || at.bottom > box.bottom - 40)
    scroller.scrollBy({top: at.top + at.height / 2 - box.top - box.height / 2, behavior: "instant"});
}

// What begins last above a line some way below where a link scrolls to is what is read.
function followReader() {
  const places = [...document.querySelectorAll("#introduction, article")];
  const links = new Map([...document.querySelectorAll("#contents a")].map(link => [decodeURIComponent(link.hash.slice(1)), link]));
  let marked, due = false;
  const mark = () => {
    due = false;
    const line = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) + Math.min(160, innerHeight / 5);
    const place = places.findLast(each => each.getBoundingClientRect().top <= line) || places[0];
    const link = links.get(place.id);
    if (link === marked) return;
    if (marked) marked.removeAttribute("aria-current");
    marked = link;
    marked.setAttribute("aria-current", "true");
    document.getElementById("where").textContent = marked.firstChild.textContent;
    bringIntoView(document.getElementById("contents"), marked);
  };
  const markSoon = () => {
    if (!due) requestAnimationFrame(mark);
    due = true;
  };
  addEventListener("scroll", markSoon, {passive: true});
  addEventListener("resize", markSoon);
  // The place that the address names was not there yet when the browser looked for it.
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) target.scrollIntoView({behavior: "instant"});
  mark();
  addMenuButton(() => bringIntoView(document.getElementById("contents"), marked));
}

// On a phone the menu is behind a button.
function addMenuButton(shown) {
  const button = document.getElementById("menu");
  const show = open => {
    document.body.classList.toggle("menu-open", open);
    button.setAttribute("aria-expanded", open);
    if (open) shown();
  };
  button.addEventListener("click", () => show(!document.body.classList.contains("menu-open")));
  document.getElementById("contents").addEventListener("click", event => { if (event.target.closest("a")) show(false); });
  addEventListener("keydown", event => {
    if (event.key !== "Escape" || !document.body.classList.contains("menu-open")) return;
    show(false);
    button.focus();
  });
}

function addSearch() {
  const field = document.getElementById("search");
  const contents = document.getElementById("contents");
  const nothing = make("p", {class: "nothing", hidden: true, role: "status"}, "Nothing found");
  contents.append(nothing);
  const links = () => [...contents.querySelectorAll("li:not([hidden]) a")];
  const find = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(each => each);
    for (const item of contents.querySelectorAll("li")) item.hidden = !words.every(word => item.dataset.words.includes(word));
    for (const group of contents.querySelectorAll("section")) group.hidden = !group.querySelector("li:not([hidden])");
    nothing.hidden = links().length > 0;
  };
  field.addEventListener("input", find);
  field.addEventListener("keydown", event => {
    if (event.key === "Enter" && links().length) links()[0].click();
    if (event.key === "ArrowDown" && links().length) links()[0].focus();
    if (event.key === "Escape") { field.value = ""; find(); }
    if (event.key === "Enter" || event.key === "ArrowDown") event.preventDefault();
  });
  contents.addEventListener("keydown", event => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const all = links();
    const next = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    (all[next] || (next < 0 ? field : all.at(-1))).focus();
  });
  addEventListener("keydown", event => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    field.focus();
  });
}

// Light or dark: what the system says, until the button says otherwise.
function addThemeSwitch() {
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen;
  try { chosen = sessionStorage.getItem("theme"); } catch { /* what browsers keep can be switched off */ }
  const show = () => {
    if (chosen) document.documentElement.dataset.theme = chosen;
    const dark = chosen ? chosen === "dark" : system.matches;
    button.textContent = dark ? "☀" : "☾";
    button.title = dark ? "Light colours" : "Dark colours";
    button.setAttribute("aria-label", button.title);
    button.value = dark ? "light" : "dark";
  };
  button.addEventListener("click", () => {
    chosen = button.value;
    try { sessionStorage.setItem("theme", chosen); } catch { /* then it is for this page only */ }
    show();
  });
  system.addEventListener("change", show);
  show();
}
