// Shows what came back.
"use strict";

const MOST_SHOWN = 200000;  // characters of a body; more of it would make the page slow

const isJson = type => /^application\/([\w.+-]+\+)?json\b/i.test(type);
const isText = type => type === "" || /^text\/|json|xml|javascript|x-www-form-urlencoded/i.test(type);

function sizeOf(bytes) {
  return bytes < 1000 ? counted(bytes, "bytes") : (bytes / 1000).toFixed(bytes < 10000 ? 1 : 0) + " kB";
}

class ResponseView {
  constructor() {
    this.status = make("strong", {class: "status"});
    this.facts = make("span", {class: "facts"});
    this.stop = make("button", {type: "button", hidden: true, onclick: () => this.abort.abort()}, "Stop");
    this.fields = make("dl", {});
    this.fieldCount = make("summary", {});
    this.headers = make("details", {class: "headers", hidden: true}, this.fieldCount, this.fields);
    this.body = make("pre", {class: "body", tabindex: "0", "aria-label": "Body of the response"});
    this.copy = copyButton("Copy the body", () => this.body.textContent);
    this.element = make("section", {class: "card response", "aria-live": "polite"},
      make("header", {}, this.status, this.facts, this.stop, this.copy), this.headers, this.body);
  }

  showExample(status, value) {
    this.status.textContent = "Response";
    this.facts.textContent = "an example of " + status;
    this.body.replaceChildren(...colouredJson(JSON.stringify(value, null, 2)));
  }

  // in  send  takes an AbortSignal, gives a promise of a Response
  async show(send) {
    if (this.abort) this.abort.abort();
    const abort = this.abort = new AbortController();
    const started = performance.now();
    this.say("…", "");
    this.facts.textContent = "";
    this.body.replaceChildren();
    this.headers.hidden = this.copy.hidden = true;
    this.stop.hidden = false;
    let bytes = 0;
    try {
      const response = await send(abort.signal);
      this.showHead(response);
      bytes = await this.showBody(response, abort);
    } catch (error) {
      if (this.abort !== abort) return;
      if (error.name === "AbortError") this.facts.textContent = "stopped";
      else this.say("No answer: " + error.message, "bad");
    }
    if (this.abort !== abort) return;
    this.stop.hidden = true;
    this.copy.hidden = this.body.textContent === "";
    const took = performance.now() - started;
    const facts = [this.facts.textContent, (took < 10 ? took.toFixed(1) : Math.round(took)) + " ms", sizeOf(bytes)];
    this.facts.textContent = facts.filter(each => each).join(" · ");
  }

  say(text, kind) {
    this.status.textContent = text;
    this.status.className = "status " + kind;
  }

  showHead(response) {
    const {status, statusText} = response;
    this.say((status + " " + statusText).trim(), status < 300 ? "good" : status < 400 ? "moved" : "bad");
    const fields = [...response.headers];
    this.fields.replaceChildren(...fields.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
    this.fieldCount.textContent = counted(fields.length, "headers");
    this.headers.hidden = fields.length === 0;
  }

  // A text is shown while it comes in, and a JSON text in lines and colours when all of it has.
  async showBody(response, abort) {
    const type = response.headers.get("Content-Type") || "";
    if (!isText(type)) return this.offerFile(await response.blob(), type);
    if (!response.body) return 0;
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = "", bytes = 0;
    for (;;) {
      const {done, value} = await reader.read();
      if (this.abort !== abort) return bytes;
      const piece = decoder.decode(value, {stream: !done});
      const room = MOST_SHOWN - text.length;
      if (room > 0) this.body.append(piece.slice(0, room));
      text += piece;
      if (done) break;
      bytes += value.length;
    }
    const pretty = isJson(type) && text.length <= MOST_SHOWN ? prettyJson(text) : undefined;
    if (pretty !== undefined) this.body.replaceChildren(...colouredJson(pretty));
    if (text.length > MOST_SHOWN) this.body.append("\n… and " + (text.length - MOST_SHOWN) + " more");
    return bytes;
  }

  offerFile(blob, type) {
    this.body.append(make("a", {href: URL.createObjectURL(blob), download: ""}, "Save " + type.split(";")[0]));
    return blob.size;
  }
}
