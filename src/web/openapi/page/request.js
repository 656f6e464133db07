// From what was typed to a request, as fetch sends it and as curl does.
"use strict";

// What is typed once counts for every operation. It is kept in this page only, and gone with it.
const credentials = {};

const schemes = () => (api.components || {}).securitySchemes || {};

// The names of the schemes of an operation, each alternative a list; none where anybody may ask.
const securityOf = operation => (operation.security || api.security || []).map(each => Object.keys(each));

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

// What a scheme adds to a request: {header | query | cookie: [name, value]}, and what curl is told instead.
function credentialOf(name) {
  const scheme = schemes()[name] || {};
  const typed = credentials[name] || {};
  if (scheme.type === "apiKey")
    return {[scheme.in]: [scheme.name, typed.value || ""], missing: !typed.value, curl: "$KEY"};
  if (scheme.type === "http" && String(scheme.scheme).toLowerCase() === "basic") {
    const pair = (typed.user || "") + ":" + (typed.password || "");
    return {header: ["Authorization", "Basic " + base64(pair)], missing: pair === ":", curl: "Basic $CREDENTIALS", pair};
  }
  const word = scheme.type === "http" && String(scheme.scheme).toLowerCase() !== "bearer" ? scheme.scheme : "Bearer";
  return {header: ["Authorization", word + " " + (typed.value || "")], missing: !typed.value, curl: word + " $TOKEN"};
}

function baseUrl() {
  const server = (api.servers || [])[0] || {url: "/"};
  return new URL(server.url, location.href).href.replace(/\/$/, "");
}

// in  parameters  [{name, in, isList, value}]; body {type, content: text or FormData, files}; security: names of schemes
function compose({method, path, parameters, body, security}) {
  const query = [];
  const headers = [["Accept", "application/json, */*;q=0.5"]];
  const cookies = [];
  let place = path;
  for (const {name, in: where, isList, value} of parameters) {
    if (where === "path") {
      if (value !== "") place = place.replaceAll("{" + name + "}", encodeURIComponent(value));
      continue;
    }
    if (value === "") continue;
    const values = isList ? value.split(",").map(each => each.trim()) : [value];
    if (where === "query") values.forEach(each => query.push([name, each]));
    else if (where === "header") headers.push([name, values.join(", ")]);
    else cookies.push([name, encodeURIComponent(value)]);
  }
  if (body && body.type && body.type !== "multipart/form-data") headers.push(["Content-Type", body.type]);
  const secrets = security.map(credentialOf);
  for (const secret of secrets) {
    if (secret.query && !secret.missing) query.push(secret.query);
    if (secret.cookie && !secret.missing) cookies.push(secret.cookie);
  }
  const target = place + (query.length ? "?" + new URLSearchParams(query) : "");
  return {method: method.toUpperCase(), target, url: baseUrl() + target, headers, cookies, body, secrets};
}

function fetchOf(request, signal) {
  const headers = new Headers(request.headers);
  for (const {header, missing} of request.secrets) if (header && !missing) headers.set(...header);
  for (const [name, value] of request.cookies) document.cookie = name + "=" + value + ";path=/;SameSite=Strict";
  const takesBody = request.method !== "GET" && request.method !== "HEAD";
  return fetch(request.url, {method: request.method, headers, signal, cache: "no-store",
                             body: takesBody && request.body ? request.body.content : undefined});
}

const quoted = text => "'" + text.replaceAll("'", "'\\''") + "'";

// A line for a shell. A secret that was not typed is a variable of the shell.
function curlOf(request) {
  const parts = ["curl"];
  if (request.method === "HEAD") parts[0] += " --head";
  else if (request.method !== "GET" || request.body) parts[0] += " -X " + request.method;
  parts[0] += " " + quoted(request.url);
  for (const {header, missing, curl, pair} of request.secrets) {
    if (pair !== undefined) parts.push(missing ? '-u "$USER_AND_PASSWORD"' : "-u " + quoted(pair));
    else if (header) parts.push("-H " + (missing ? '"' + header[0] + ": " + curl + '"' : quoted(header.join(": "))));
  }
  for (const [name, value] of request.headers) if (name !== "Accept") parts.push("-H " + quoted(name + ": " + value));
  if (request.cookies.length) parts.push("-b " + quoted(request.cookies.map(each => each.join("=")).join("; ")));
  if (request.body && request.body.files) {
    for (const [name, file] of request.body.files) parts.push("-F " + quoted(name + "=@" + file));
  } else if (request.body && typeof request.body.content === "string" && request.body.content !== "") {
    const {type, content} = request.body;
    parts.push("--data-binary " + quoted(isJson(type) && prettyJson(content) ? compactJson(content) : content));
  }
  return parts.join(" \\\n  ");
}
