// What the page is made of. Elements get their text as text, so that nothing in a document is taken for HTML.
"use strict";

// An element. `on…` takes a function, `true` and `false` stand for attributes without a value.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined));
  return element;
}

function disclosure(attributes, summary, build) {
  const details = make("details", attributes, make("summary", {}, summary));
  // What is inside is made when it is wanted: a schema may contain itself.
  details.addEventListener("toggle", () => details.append(...[build()].flat()), {once: true});
  return details;
}

function copyButton(label, text) {
  const button = make("button", {type: "button", class: "copy"}, "Copy");
  button.setAttribute("aria-label", label);
  button.addEventListener("click", async () => {
    let told = "Copied";
    try {
      await navigator.clipboard.writeText(text());
    } catch {
      told = "Not allowed";  // browsers want HTTPS or localhost for it
    }
    button.textContent = told;
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return button;
}

// JSON set in lines, each token as it came: a number that JavaScript cannot hold keeps its digits.
// returns  nothing for what is no JSON
function prettyJson(text) {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  let out = "", depth = 0, before = "";
  for (const [token] of text.matchAll(/"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const closes = token === "}" || token === "]";
    if (closes) depth--;
    const isFirst = before === "{" || before === "[";
    if (before === "," || isFirst !== closes) out += before === "" ? "" : "\n" + "  ".repeat(depth);
    out += token === ":" ? ": " : token;
    if (token === "{" || token === "[") depth++;
    before = token;
  }
  return out;
}

// The same without what stands between its tokens.
const compactJson = text => text.replace(/("(?:\\.|[^"\\])*")|\s+/g, "$1");

const JSON_TOKEN = new RegExp([
  /(?<key>"(?:\\.|[^"\\])*"(?=:))/,
  /(?<string>"(?:\\.|[^"\\])*")/,
  /(?<number>-?\b\d[\d.eE+-]*)/,
  /(?<word>\b(?:true|false|null)\b)/,
].map(part => part.source).join("|"), "g");

// An element per line, which goes on a little further in where it is too long, with a span per token.
function rowsOf(text, token) {
  return text.split("\n").map((line, number, all) => {
    const row = make("span", {class: "row"});
    row.style.setProperty("--indent", line.search(/[^ ]|$/) + "ch");
    let done = 0;
    for (const match of line.matchAll(token)) {
      const kind = Object.keys(match.groups).find(name => match.groups[name] !== undefined);
      row.append(line.slice(done, match.index), make("span", {class: kind}, match[0]));
      done = match.index + match[0].length;
    }
    row.append(line.slice(done) + (number + 1 < all.length ? "\n" : ""));
    return row;
  });
}

const colouredJson = text => rowsOf(text, JSON_TOKEN);
const colouredShell = text => rowsOf(text, /(?<string>'[^']*'?|"[^"]*")|(?<key>(?<= )--?[a-zA-Z-]+(?= ))/g);

// The part of Markdown that descriptions are written in: paragraphs, lists, headings, code, emphasis, links.
function markdown(text) {
  const out = make("div", {class: "prose"});
  const blocks = text.replace(/\r/g, "").match(/```[^\n]*\n[\s\S]*?(?:\n```|$)|(?:[^\n]+\n?)+/g) || [];
  for (const block of blocks) out.append(markdownBlock(block.trimEnd()));
  return out;
}

function markdownBlock(block) {
  if (block.startsWith("```")) return make("pre", {}, block.replace(/^```[^\n]*\n|\n?```$/g, ""));
  const heading = /^(#{1,6}) +(.*)$/.exec(block);
  if (heading) return make("h3", {}, inlineMarkdown(heading[2]));
  const lines = block.split("\n");
  const point = /^ *(?:[-*+]|(\d+)[.)]) +/;
  if (!point.test(lines[0])) return make("p", {}, inlineMarkdown(block));
  const items = [];
  for (const line of lines) {
    if (point.test(line)) items.push(line.replace(point, ""));
    else items[items.length - 1] += " " + line.trim();
  }
  return make(point.exec(lines[0])[1] ? "ol" : "ul", {}, items.map(item => make("li", {}, inlineMarkdown(item))));
}

function inlineMarkdown(text) {
  const token = /`([^`]+)`|\*\*(.+?)\*\*|\*(\S(?:[^*]*\S)?)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;
  const out = [];
  let done = 0;
  for (const match of text.matchAll(token)) {
    out.push(text.slice(done, match.index));
    done = match.index + match[0].length;
    const [all, code, strong, emphasis, label, target] = match;
    if (code) out.push(make("code", {}, code));
    else if (strong) out.push(make("strong", {}, inlineMarkdown(strong)));
    else if (emphasis) out.push(make("em", {}, inlineMarkdown(emphasis)));
    else if (/^(https?:\/\/|mailto:|[/#.])/.test(target)) out.push(make("a", {href: target, rel: "noopener"}, label));
    else out.push(all);
  }
  out.push(text.slice(done));
  return out;
}
