// The page: a menu with a search, and each operation with a place beside it where it can be tried out.
"use strict";

const api = JSON.parse(document.getElementById("document").textContent);
const METHODS = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];

// A long path may be broken after its slashes.
function pathText(path) {
  return path.split(/(?<=\/)/).flatMap(part => [part, make("wbr")]);
}

function methodBadge(method) {
  return make("span", {class: "method " + method}, method);
}

// [tag, its description, [method, path, operation]…], in the order of the document.
function groupsOf(paths) {
  const groups = new Map((api.tags || []).map(tag => [tag.name, {text: tag.description, operations: []}]));
  for (const [path, item] of Object.entries(paths || {})) {
    for (const method of METHODS.filter(each => item[each])) {
      const operation = {...item[method], parameters: [...(item.parameters || []), ...(item[method].parameters || [])]};
      const tag = (operation.tags || [])[0] || "Other";
      if (!groups.has(tag)) groups.set(tag, {operations: []});
      groups.get(tag).operations.push([method, path, operation]);
    }
  }
  return [...groups].filter(([, group]) => group.operations.length);
}

function contents(content, saysRequired) {
  return Object.entries(content || {}).map(([type, media]) => make("div", {class: "media"},
    make("code", {class: "mime"}, type), media.schema ? schemaBlock(media.schema, saysRequired) : null));
}

const PLACES = [["path", "Path parameters"], ["query", "Query parameters"], ["header", "Headers"], ["cookie", "Cookies"]];

function parametersText(parameters) {
  return PLACES.map(([place, title]) => [title, parameters.filter(each => each.in === place)])
    .filter(([, group]) => group.length).map(([title, group]) => make("section", {},
      make("h4", {}, title), make("ul", {class: "tree"}, group.map(each => make("li", {},
        make("div", {class: "member"}, make("code", {class: "name"}, each.name), schemaLine(each.schema),
          each.required ? make("span", {class: "required"}, "required") : null),
        each.description ? markdown(each.description) : null)))));
}

function responsesText(responses) {
  return make("section", {}, make("h4", {}, "Responses"), Object.entries(responses || {}).map(([status, response]) => {
    const kind = {2: "good", 3: "moved", 4: "bad", 5: "bad"}[status[0]] || "";
    const summary = [make("code", {class: "status " + kind}, status), make("span", {}, response.description)];
    if (!response.content) return make("div", {class: "answer"}, summary);
    return disclosure({class: "answer"}, summary, () => contents(response.content, false));
  }));
}

function operationText(operation) {
  const body = operation.requestBody;
  return make("div", {class: "text"},
    operation.description ? markdown(operation.description) : null,
    parametersText(operation.parameters),
    body ? make("section", {}, make("h4", {}, "Body", make("small", {}, body.required ? "" : "optional")),
      body.description ? markdown(body.description) : null, contents(body.content, true)) : null,
    responsesText(operation.responses));
}

function operationArticle(method, path, operation) {
  const id = operation.operationId;
  const needs = securityOf(operation).some(each => each.length);
  return make("article", {id, class: "operation"},
    make("header", {},
      make("h3", {class: operation.deprecated ? "deprecated" : ""}, make("a", {href: "#" + id}, operation.summary || path)),
      make("p", {class: "route"}, methodBadge(method), make("code", {}, pathText(path)),
        operation.deprecated ? make("span", {class: "note"}, "deprecated") : null,
        needs ? make("span", {class: "note"}, "needs authorisation") : null,
        method === "trace" ? null : make("a", {class: "jump", href: "#try-" + id}, "Try it"))),
    method === "trace" ? null : operationConsole(method, path, operation),  // browsers refuse to send TRACE
    operationText(operation));
}

function schemaArticle(name, schema) {
  const value = example({$ref: "#/components/schemas/" + name.replace(/~/g, "~0").replace(/\//g, "~1")});
  const text = JSON.stringify(value ?? null, null, 2);
  return make("article", {id: "schema-" + name, class: "operation"},
    make("header", {}, make("h3", {}, make("a", {href: "#schema-" + encodeURIComponent(name)}, name))),
    make("div", {class: "console"}, make("section", {class: "card"},
      make("header", {}, make("strong", {}, "Example"), copyButton("Copy the example", () => text)),
      make("pre", {class: "body", tabindex: "0", "aria-label": "Example of " + name}, colouredJson(text)))),
    make("div", {class: "text"}, schemaBlock(schema, true)));
}

function introduction() {
  const source = document.querySelector("link[rel=service-desc]").getAttribute("href");
  const names = Object.keys(schemes());
  return make("section", {id: "introduction"},
    make("h1", {}, api.info.title),
    make("p", {class: "facts"}, make("span", {class: "note"}, "version " + api.info.version),
      make("span", {class: "note"}, "OpenAPI " + api.openapi), make("a", {href: source}, "openapi.json")),
    api.info.description ? markdown(api.info.description) : null,
    make("div", {class: "cards"},
      make("section", {class: "card"}, make("header", {}, make("strong", {}, "Base address"), copyButton("Copy the base address", baseUrl)),
        make("pre", {}, baseUrl() || location.origin)),
      names.length ? make("section", {class: "card", "aria-label": "Authorisation"},
        make("header", {}, make("strong", {}, "Authorisation"), make("small", {}, "for every operation; kept in this page only")),
        names.map(name => make("form", {onsubmit: event => event.preventDefault()},
          make("fieldset", {}, make("legend", {}, name), secretFields(name))))) : null));
}

function menuLink(id, text, words, badge) {
  return make("li", {"data-words": words.toLowerCase()}, make("a", {href: "#" + encodeURIComponent(id)}, make("span", {}, text), badge));
}

function build() {
  const main = document.getElementById("main");
  const menu = document.getElementById("contents");
  main.append(introduction());
  menu.append(make("ul", {}, menuLink("introduction", "Introduction", "introduction")));
  const add = (tag, text, articles, links) => {
    const title = tag.replaceAll("_", " ");
    main.append(make("h2", {id: "tag-" + tag}, title), text ? markdown(text) : "", ...articles);
    menu.append(make("section", {"aria-label": title}, make("h2", {}, title), make("ul", {}, links)));
  };
  for (const [tag, group] of groupsOf(api.paths)) {
    add(tag, group.text, group.operations.map(each => operationArticle(...each)), group.operations.map(([method, path, operation]) =>
      menuLink(operation.operationId, operation.summary || path, [tag, method, path, operation.summary].join(" "), methodBadge(method))));
  }
  const schemas = Object.entries((api.components || {}).schemas || {});
  if (schemas.length) {
    add("Schemas", "", schemas.map(each => schemaArticle(...each)),
      schemas.map(([name]) => menuLink("schema-" + name, name, "schema " + name)));
  }
}

build();
followReader();
addSearch();
addThemeSwitch();
