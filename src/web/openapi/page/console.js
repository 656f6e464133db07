// Where an operation is tried out: its parameters, who asks, its body, the request as a line for a shell, the response.
"use strict";

let fieldsMade = 0;

function labelled(text, input, note) {
  input.id = "field-" + ++fieldsMade;
  return make("div", {class: "field"}, make("label", {for: input.id}, text, note ? make("small", {}, note) : null), input);
}

// in  required  a request without it cannot be sent
function inputFor(schema, required, value) {
  const plain = withoutNull(schema);
  const choices = plain.enum ? choicesOf(schema) : typesOf(plain).includes("boolean") ? [true, false] : [];
  if (choices.length) {
    const options = choices.map(choice => make("option", {}, String(choice)));
    const select = make("select", {}, required ? null : make("option", {value: ""}, "not sent"), options);
    if (value !== undefined) select.value = String(value);
    return select;
  }
  const hint = plain.default !== undefined ? JSON.stringify(plain.default) : "not sent";
  return make("input", {autocomplete: "off", spellcheck: "false", required, placeholder: required ? "" : hint,
                        value: value === undefined ? undefined : String(value)});
}

function parameterField(parameter) {
  const schema = parameter.schema || {};
  const isList = typesOf(withoutNull(schema)).includes("array");
  const given = parameter.example ?? (parameter.required ? example(schema, parameter.name) : undefined);
  const input = inputFor(isList ? {} : schema, Boolean(parameter.required), isList && given ? given.join(", ") : given);
  const note = [parameter.in === "query" ? "" : parameter.in, isList ? "separate with commas" : ""].filter(each => each);
  return {element: labelled(parameter.name, input, note.join(", ")),
          read: () => ({name: parameter.name, in: parameter.in, isList, value: input.value})};
}

function secretInput(scheme, part, label, isSecret) {
  const input = make("input", {type: isSecret ? "password" : "text", autocomplete: "off", spellcheck: "false",
                               "data-scheme": scheme, "data-part": part, value: (credentials[scheme] || {})[part]});
  input.addEventListener("input", () => {
    (credentials[scheme] = credentials[scheme] || {})[part] = input.value;
    for (const other of document.querySelectorAll("input[data-scheme]"))
      if (other.dataset.scheme === scheme && other.dataset.part === part) other.value = input.value;
    dispatchEvent(new Event("credentials"));
  });
  return labelled(label, input);
}

function secretFields(name) {
  const scheme = schemes()[name] || {};
  if (scheme.type === "apiKey") return [secretInput(name, "value", scheme.name, true)];
  if (scheme.type === "http" && String(scheme.scheme).toLowerCase() === "basic")
    return [secretInput(name, "user", "User", false), secretInput(name, "password", "Password", true)];
  return [secretInput(name, "value", "Token", true)];
}

// Which alternative is meant, and what it wants.
function authorisation(operation, changed) {
  const alternatives = securityOf(operation);
  if (!alternatives.some(each => each.length)) return {element: null, read: () => []};
  const fields = make("div", {});
  const choice = make("select", {"aria-label": "Way of authorisation"},
    alternatives.map((each, number) => make("option", {value: number}, each.join(" and ") || "none")));
  const chosen = () => alternatives[choice.value];
  const show = () => fields.replaceChildren(...chosen().flatMap(secretFields));
  choice.addEventListener("change", () => { show(); changed(); });
  show();
  return {element: make("fieldset", {}, make("legend", {}, "Authorisation"), alternatives.length > 1 ? choice : null, fields),
          read: chosen};
}

function textBody(type, media) {
  const given = media.example ?? (media.schema ? example(media.schema) : "");
  const area = make("textarea", {spellcheck: "false", rows: "3", "aria-label": "Body", "aria-describedby": "body-" + ++fieldsMade});
  const remark = make("p", {class: "remark", id: "body-" + fieldsMade, role: "status"});
  const check = () => {
    let problem = "";
    if (isJson(type) && area.value.trim() !== "") {
      try { JSON.parse(area.value); } catch (error) { problem = "No JSON yet: " + error.message; }
    }
    remark.textContent = problem;
  };
  area.value = isJson(type) ? JSON.stringify(given, null, 2) : String(given ?? "");
  area.addEventListener("input", check);
  return {element: make("div", {}, area, remark), read: () => ({type, content: area.value})};
}

function formBody(type, media) {
  const schema = resolve(media.schema);
  const fields = Object.entries(schema.properties || {}).map(([name, each]) => {
    const required = (schema.required || []).includes(name);
    return parameterField({name, in: "query", required, schema: each});
  });
  const read = () => {
    const pairs = fields.map(each => each.read()).filter(({value}) => value !== "")
      .flatMap(({name, isList, value}) => (isList ? value.split(",") : [value]).map(each => [name, each.trim()]));
    return {type, content: new URLSearchParams(pairs).toString()};
  };
  return {element: make("div", {}, fields.map(each => each.element)), read};
}

function uploadBody(type) {
  const name = make("input", {value: "file", autocomplete: "off", spellcheck: "false"});
  const files = make("input", {type: "file", multiple: true});
  const read = () => {
    const content = new FormData();
    for (const file of files.files) content.append(name.value, file);
    return {type, content, files: [...files.files].map(file => [name.value, file.name])};
  };
  return {element: make("div", {}, labelled("Name", name), labelled("Files", files)), read};
}

function bodyFields(operation, changed) {
  const content = Object.entries((operation.requestBody || {}).content || {});
  if (!content.length) return {element: null, read: () => undefined};
  const kinds = content.map(([type, media]) => type === "multipart/form-data" ? uploadBody(type)
    : type === "application/x-www-form-urlencoded" && resolve(media.schema).properties ? formBody(type, media)
    : textBody(type, media));
  const choice = make("select", {"aria-label": "Type of the body"},
    content.map(([type], number) => make("option", {value: number}, type)));
  const inside = make("div", {}, kinds[0].element);
  choice.addEventListener("change", () => { inside.replaceChildren(kinds[choice.value].element); changed(); });
  const legend = make("legend", {}, "Body ", content.length > 1 ? null : make("small", {}, content[0][0]));
  return {element: make("fieldset", {}, legend, content.length > 1 ? choice : null, inside), read: () => kinds[choice.value].read()};
}

// The first answer that is a success and says what is in it.
function showExampleResponse(view, operation) {
  for (const [status, response] of Object.entries(operation.responses || {})) {
    const media = Object.entries(response.content || {}).find(([type]) => isJson(type));
    if (!status.startsWith("2") || !media || !media[1].schema) continue;
    view.showExample(status, media[1].example ?? example(media[1].schema));
    return true;
  }
  return false;
}

function operationConsole(method, path, operation) {
  const view = new ResponseView();
  const snippet = make("pre", {tabindex: "0", "aria-label": "The request for curl"});
  const target = make("code", {class: "target"});
  const changed = () => {
    const request = read();
    target.textContent = request.target;
    snippet.replaceChildren(...colouredShell(curlOf(request)));
  };
  const parameters = (operation.parameters || []).map(parameterField);
  const who = authorisation(operation, () => changed());
  const body = bodyFields(operation, () => changed());
  const read = () => compose({method, path, parameters: parameters.map(each => each.read()), body: body.read(), security: who.read()});
  const form = make("form", {class: "card", "aria-label": "Try " + method.toUpperCase() + " " + path},
    make("header", {}, make("span", {class: "method " + method}, method), target, make("button", {class: "send"}, "Send")),
    who.element,
    parameters.length ? make("fieldset", {}, make("legend", {}, "Parameters"), parameters.map(each => each.element)) : null,
    body.element);
  form.addEventListener("input", changed);
  form.addEventListener("submit", event => {
    event.preventDefault();
    view.element.hidden = false;
    view.show(signal => fetchOf(read(), signal));
  });
  form.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  addEventListener("credentials", changed);
  changed();
  view.element.hidden = !showExampleResponse(view, operation);
  const curl = make("section", {class: "card curl"},
    make("header", {}, make("strong", {}, "curl"), copyButton("Copy the line for curl", () => snippet.textContent)), snippet);
  const place = make("div", {class: "console", id: "try-" + operation.operationId}, form, view.element, curl);
  // It stays beside what is read, unless its end could then not be reached.
  const fit = () => place.classList.toggle("tall", place.offsetHeight > innerHeight - 40);
  new ResizeObserver(fit).observe(place);
  addEventListener("resize", fit);
  return place;
}
