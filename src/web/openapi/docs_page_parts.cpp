#include "web/openapi/docs_page.hpp"

namespace hyperlane::web {

const std::string_view docs_style = R"css(
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --dim: #777; --link: #06c }
@media (prefers-color-scheme: dark) { :root { --link: #7bf; --dim: #999 } }
* { box-sizing: border-box }
body { margin: 0; display: flex; font: 15px/1.5 system-ui, sans-serif }
nav { width: 17em; height: 100vh; position: sticky; top: 0; overflow: auto; padding: 1em }
nav { border-right: 1px solid var(--line) }
nav h3 { margin: 1em 0 .2em; font-size: 1em }
nav a { display: block; padding: .1em 0; color: inherit; text-decoration: none; overflow-wrap: anywhere }
nav a:hover { color: var(--link) }
main { flex: 1; min-width: 0; max-width: 60em; padding: 1em 2em 20vh }
h1 { margin: .2em 0 } h2 { margin: 2em 0 .5em } h4 { margin: 1em 0 .3em }
p.text { white-space: pre-wrap; margin: .3em 0 }
small, .dim { color: var(--dim) }
code, pre, textarea, .path { font: 13px/1.5 ui-monospace, monospace }
pre { background: var(--soft); padding: .7em; overflow: auto; margin: .4em 0; max-height: 30em }
details.operation { border: 1px solid var(--line); border-radius: 6px; margin: .6em 0 }
details.operation > summary { padding: .5em .8em; cursor: pointer }
details.operation > div { padding: 0 .8em .8em; border-top: 1px solid var(--line) }
.method { display: inline-block; min-width: 4.8em; font-weight: 600; text-transform: uppercase; font-size: 13px }
.get { color: #0a7d4d } .post { color: #1667c7 } .put, .patch { color: #b06a00 } .delete { color: #c62f3b }
.deprecated { text-decoration: line-through }
table { border-collapse: collapse; width: 100% }
td { border-top: 1px solid var(--line); padding: .3em .8em .3em 0; vertical-align: top }
td:first-child { width: 12em; overflow-wrap: anywhere }
.inside { border-left: 2px solid var(--line); padding-left: .8em }
label { display: grid; grid-template-columns: 12em 1fr; gap: .8em; align-items: center; margin: .3em 0 }
input, select, textarea, button { font: inherit; padding: .3em .5em }
textarea { width: 100%; min-height: 8em; font-family: ui-monospace, monospace }
@media (max-width: 50em) { nav { display: none } main { padding: 1em } }
)css";

const std::string_view docs_script = R"js(
"use strict";
const api = JSON.parse(document.getElementById("document").textContent);
const METHODS = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}
const nameOf = schema => schema.$ref.split("/").pop();
const resolve = schema => schema && schema.$ref ? resolve(api.components.schemas[nameOf(schema)]) : schema;

// What a schema says, in one line.
function inWords(schema) {
  if (schema === false) return "nothing";
  if (!schema || schema === true) return "anything";
  if (schema.$ref) return nameOf(schema);
  const choices = schema.oneOf || schema.anyOf;
  if (choices) return choices.map(inWords).join(" or ");
  if (schema.allOf && !schema.type) return schema.allOf.map(inWords).join(" and ");
  let words = [].concat(schema.type || "anything").join(" or ");
  if (schema.type === "array" && schema.items) words = "list of " + inWords(schema.items);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) words = schema.enum.map(each => JSON.stringify(each)).join(" | ");
  const notes = [];
  if (schema.format || schema.contentEncoding) notes.push(schema.format || schema.contentEncoding);
  for (const [key, sign] of [["minimum", "≥"], ["exclusiveMinimum", ">"], ["maximum", "≤"],
                             ["exclusiveMaximum", "<"]])
    if (schema[key] !== undefined) notes.push(sign + " " + schema[key]);
  for (const [low, high, unit] of [["minLength", "maxLength", "characters"], ["minItems", "maxItems", "elements"],
                                   ["minProperties", "maxProperties", "entries"]])
    if (schema[low] !== undefined || schema[high] !== undefined)
      notes.push((schema[low] ?? 0) + " to " + (schema[high] ?? "any number of") + " " + unit);
  if (schema.pattern) notes.push("matches " + schema.pattern);
  if (schema.uniqueItems) notes.push("no two equal");
  return words + (notes.length ? " (" + notes.join(", ") + ")" : "");
}

// The members of a schema, those of other schemas folded; a schema inside of itself is only named.
function members(schema, seen) {
  if (!schema || typeof schema !== "object") return null;
  if (schema.$ref) {
    const name = nameOf(schema);
    return seen.includes(name) ? null : members(api.components.schemas[name], [...seen, name]);
  }
  if (schema.type === "array") return members(schema.items, seen);
  const parts = schema.oneOf || schema.anyOf || schema.allOf;
  if (parts) {
    const inside = parts.map(part => members(part, seen)).filter(part => part);
    return inside.length ? make("div", {}, ...inside) : null;
  }
  if (schema.enum) return make("div", {class: "inside"}, make("code", {}, inWords(schema)));
  if (!schema.properties) {
    return typeof schema.additionalProperties === "object" ? members(schema.additionalProperties, seen) : null;
  }
  const table = make("table", {});
  for (const [name, property] of Object.entries(schema.properties)) {
    const needed = (schema.required || []).includes(name);
    const inside = members(property, seen);
    table.append(make("tr", {},
      make("td", {}, make("code", {}, name), needed ? null : make("small", {}, " optional")),
      make("td", {}, inWords(property), property.description ? make("div", {class: "dim"}, property.description) : null,
        inside ? make("details", {}, make("summary", {class: "dim"}, "members"), inside) : null)));
  }
  const text = schema.description ? make("div", {class: "dim"}, schema.description) : null;
  return make("div", {class: "inside"}, text, table);
}

// A value to begin with when something is tried out.
function example(schema, depth = 0) {
  const plain = resolve(schema);
  if (!plain || plain === true || depth > 5) return null;
  if (plain.const !== undefined) return plain.const;
  if (plain.enum) return plain.enum[0];
  if (plain.allOf && !plain.type) return Object.assign({}, ...plain.allOf.map(part => example(part, depth + 1)));
  const choices = plain.oneOf || plain.anyOf;
  if (choices) return example(choices[0], depth + 1);
  const type = [].concat(plain.type)[0];
  if (type === "array" && plain.prefixItems) return plain.prefixItems.map(item => example(item, depth + 1));
  if (type === "array") return plain.minItems ? [example(plain.items, depth + 1)] : [];
  if (type === "integer" || type === "number") return plain.minimum > 0 ? plain.minimum : 0;
  if (type === "boolean") return false;
  if (type === "string") return plain.format === "date-time" ? "2030-01-01T00:00:00Z" : "";
  if (type !== "object") return null;
  const value = {};
  for (const name of plain.required || []) value[name] = example((plain.properties || {})[name], depth + 1);
  return value;
}

function contents(content) {
  return Object.entries(content || {}).map(([type, media]) => make("div", {},
    make("code", {}, type), " ", media.schema ? inWords(media.schema) : "",
    media.schema && !type.includes("problem") ? members(media.schema, []) : null));
}

function field(parameter) {
  const schema = resolve(parameter.schema) || {};
  const choices = schema.enum || (schema.type === "boolean" ? [true, false] : null);
  const input = choices ? make("select", {}, make("option", {value: ""}, ""),
    ...choices.map(choice => make("option", {}, String(choice)))) : make("input", {});
  return {parameter, input, row: make("label", {}, make("span", {}, parameter.name,
    make("small", {}, " " + parameter.in + (schema.type === "array" ? ", separate with commas" : ""))), input)};
}

function requestFor(path, fields) {
  let url = path;
  const query = new URLSearchParams();
  const headers = {Accept: "application/json, */*;q=0.5"};
  for (const {parameter, input} of fields) {
    const isList = (resolve(parameter.schema) || {}).type === "array";
    const values = isList ? input.value.split(",").map(each => each.trim()) : [input.value];
    if (parameter.in === "path") url = url.replace("{" + parameter.name + "}", encodeURIComponent(input.value));
    else if (input.value === "") continue;
    else if (parameter.in === "query") values.forEach(value => query.append(parameter.name, value));
    else if (parameter.in === "header") headers[parameter.name] = input.value;
    else if (parameter.in === "cookie") document.cookie = parameter.name + "=" + encodeURIComponent(input.value);
  }
  const base = (api.servers && api.servers[0].url || "").replace(/\/$/, "");
  return {url: base + url + (query.size || query.toString() ? "?" + query : ""), headers};
}

async function show(response, out) {
  const text = await response.text();
  let body = text;
  if ((response.headers.get("Content-Type") || "").includes("json")) {
    try { body = JSON.stringify(JSON.parse(text), null, 2); } catch { /* shown as it is */ }
  }
  const fields = [...response.headers].map(([name, value]) => name + ": " + value).join("\n");
  out.textContent = response.status + " " + response.statusText + "\n" + fields + "\n\n" + body;
}

function tryIt(method, path, operation) {
  const fields = (operation.parameters || []).map(field);
  const [type, media] = Object.entries(operation.requestBody ? operation.requestBody.content : {})[0] || [];
  const isUpload = type === "multipart/form-data";
  const body = isUpload ? make("input", {type: "file"}) : type ? make("textarea", {spellcheck: "false"}) : null;
  const secret = (api.security || []).length ? make("input", {placeholder: "Bearer … or Basic …"}) : null;
  if (type === "application/json") body.value = JSON.stringify(example(media.schema), null, 2);
  if (type === "application/x-www-form-urlencoded") body.value = new URLSearchParams(example(media.schema)).toString();
  const out = make("pre", {hidden: ""});
  const button = make("button", {type: "button"}, "Send");
  button.addEventListener("click", async () => {
    const {url, headers} = requestFor(path, fields);
    if (type && !isUpload) headers["Content-Type"] = type;  // of an upload it has the boundary, and comes by itself
    const form = new FormData();
    if (isUpload && body.files[0]) form.append("file", body.files[0]);
    const content = isUpload ? form : body ? body.value : undefined;
    if (secret && secret.value) headers.Authorization = secret.value;
    out.hidden = false;
    out.textContent = "…";
    try {
      await show(await fetch(url, {method: method.toUpperCase(), headers, body: content}), out);
    } catch (error) {
      out.textContent = "No answer: " + error.message;
    }
  });
  return make("details", {}, make("summary", {}, "Try it"), ...fields.map(each => each.row),
    secret ? make("label", {}, "Authorization", secret) : null, body, make("p", {}, button), out);
}

function parameterRows(parameters) {
  return make("table", {}, ...parameters.map(each => make("tr", {},
    make("td", {}, make("code", {}, each.name), make("small", {}, " " + each.in + (each.required ? "" : ", optional"))),
    make("td", {}, inWords(each.schema), members(each.schema, []),
      each.description ? make("div", {class: "dim"}, each.description) : null))));
}

function operationBox(method, path, operation) {
  const inside = make("div", {});
  if (operation.description) inside.append(make("p", {class: "text"}, operation.description));
  if (operation.parameters) inside.append(make("h4", {}, "Parameters"), parameterRows(operation.parameters));
  if (operation.requestBody) {
    const note = operation.requestBody.required ? "" : " (optional)";
    inside.append(make("h4", {}, "Body" + note), ...contents(operation.requestBody.content));
  }
  const rows = Object.entries(operation.responses).map(([status, response]) => make("tr", {},
    make("td", {}, make("code", {}, status)), make("td", {}, response.description, ...contents(response.content))));
  inside.append(make("h4", {}, "Responses"), make("table", {}, ...rows));
  if (method !== "trace") inside.append(tryIt(method, path, operation));  // browsers refuse to send it
  return make("details", {class: "operation", id: operation.operationId},
    make("summary", {}, make("span", {class: "method " + method}, method),
      make("span", {class: "path" + (operation.deprecated ? " deprecated" : "")}, path), " ",
      make("small", {}, operation.summary || "")), inside);
}

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.tagName === "DETAILS") target.open = true;
  if (target) target.scrollIntoView();
}

function showAll() {
  const main = document.getElementById("main");
  const nav = document.getElementById("nav");
  main.append(make("h1", {}, api.info.title), make("small", {}, "version " + api.info.version));
  if (api.info.description) main.append(make("p", {class: "text"}, api.info.description));
  const groups = new Map((api.tags || []).map(tag => [tag.name, []]));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter(method => item[method])) {
      const tag = (item[method].tags || [""])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push([method, path, item[method]]);
    }
  }
  for (const [tag, operations] of groups) {
    if (!operations.length) continue;
    main.append(make("h2", {}, tag || "Other"));
    nav.append(make("h3", {}, tag || "Other"));
    for (const [method, path, operation] of operations) {
      main.append(operationBox(method, path, operation));
      const badge = make("span", {class: "method " + method}, method);
      nav.append(make("a", {href: "#" + operation.operationId}, badge, path));
    }
  }
  main.append(make("h2", {}, "Schemas"));
  for (const [name, schema] of Object.entries(api.components.schemas || {})) {
    main.append(make("details", {class: "operation", id: "schema-" + name}, make("summary", {}, make("code", {}, name)),
      make("div", {}, members(schema, [name]) || inWords(schema))));
  }
  addEventListener("hashchange", openTarget);
  openTarget();
}
showAll();
)js";

}  // namespace hyperlane::web
