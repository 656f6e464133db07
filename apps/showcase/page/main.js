// Builds a section per sample, and sends what its form and its buttons ask for.

import { highlight } from "/page/highlight.js";
import { follow_topic, listen, send, talk, upload } from "/page/requests.js";
import { samples } from "/page/samples.js";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"];
const most_shown = 20000; // characters of a body

const milliseconds = (time) => (time < 10 ? time.toFixed(1) : Math.round(time)) + " ms";

// The part of a section that shows a response.
class View {
    constructor(section) {
        this.element = section.querySelector(".result");
        this.status = section.querySelector(".status");
        this.timing = section.querySelector(".timing");
        this.bar = section.querySelector("progress");
        this.headers = section.querySelector(".headers");
        this.body = section.querySelector(".result .body");
        this.stop = section.querySelector(".stop");
        this.people = section.querySelector(".people");
        this.say_form = section.querySelector(".say");
        this.say_form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.said?.(this.say_form.elements.text.value);
            this.say_form.reset();
        });
    }

    begin(with_times) {
        this.started = performance.now();
        this.with_times = with_times;
        this.shown = 0;
        this.left_out = 0;
        this.element.hidden = false;
        this.bar.hidden = true;
        this.people.hidden = true;
        this.say_form.hidden = true;
        this.stop.hidden = false;
        this.say("…", "");
        this.timing.textContent = "";
        this.headers.replaceChildren();
        this.body.replaceChildren();
    }

    say(text, kind) {
        this.status.textContent = text;
        this.status.className = `status ${kind}`;
    }

    head(status, reason, headers) {
        this.say(`${status} ${reason}`, status < 300 ? "good" : status < 400 ? "moved" : "bad");
        this.timing.textContent = `after ${milliseconds(performance.now() - this.started)}`;
        for (const [name, value] of headers) {
            const dt = document.createElement("dt");
            const dd = document.createElement("dd");
            dt.textContent = name;
            dd.textContent = value;
            this.headers.append(dt, dd);
        }
    }

    piece(text) {
        const { scrollHeight, scrollTop, clientHeight } = this.body;
        const at_end = this.with_times && scrollHeight - scrollTop - clientHeight < 8; // unless the reader has gone back
        if (this.with_times) {
            const at = document.createElement("span");
            at.className = "at";
            at.textContent = milliseconds(performance.now() - this.started).padStart(9) + "  ";
            this.body.append(at);
        }
        const part = text.slice(0, Math.max(0, most_shown - this.shown));
        this.shown += part.length;
        this.left_out += text.length - part.length;
        this.body.append(part);
        if (at_end) this.body.scrollTop = this.body.scrollHeight;
    }

    // What is typed below the result goes to `said` from now on.
    ask(said) {
        this.said = said;
        this.say_form.hidden = false;
    }

    show_people(names) {
        this.people.hidden = false;
        this.people.textContent = `here: ${names.join(", ") || "nobody"}`;
    }

    progress(share) {
        this.bar.hidden = false;
        this.bar.value = share;
    }

    end(error) {
        const took = milliseconds(performance.now() - this.started);
        if (error?.name === "AbortError") this.say("stopped", "moved");
        else if (error) this.say(`failed: ${error.message}`, "bad");
        this.timing.textContent = `${took} in all`;
        if (this.left_out > 0) this.body.append(`\n… and ${this.left_out.toLocaleString("en")} more`);
        this.stop.hidden = true;
        this.say_form.hidden = true;
    }
}

class Sample {
    constructor(sample, section) {
        this.sample = sample;
        this.form = section.querySelector("form");
        this.view = new View(section);
        this.form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.run({ socket: this.filled.socket });
        });
        this.view.stop.addEventListener("click", () => this.running.abort());
    }

    fill(preset) {
        this.filled = preset;
        const { method, path, headers, body } = this.form.elements;
        method.value = preset.method;
        path.value = `/samples/${this.sample.name}${preset.path}`;
        headers.value = preset.headers ?? "";
        body.value = preset.body ?? "";
        this.form.querySelector("details").open = Boolean(preset.headers || preset.body);
    }

    async run(preset) {
        this.running?.abort();
        const running = this.running = new AbortController();
        const { method, path, headers, body } = this.form.elements;
        const request = { method: method.value, url: path.value, headers: headers.value, body: body.value };
        this.view.begin(preset.events || preset.topic || preset.socket || this.sample.name === "stream");
        let failure;
        try {
            if (preset.upload) await upload(request, preset.upload, this.view, running.signal);
            else if (preset.socket) await talk(request, preset.socket, this.view, running.signal);
            else if (preset.topic) await follow_topic(request, preset.topic, this.view, running.signal);
            else if (preset.events) await listen(request, this.view, running.signal);
            else await send(request, this.view, running.signal);
        } catch (error) {
            failure = error;
        }
        if (this.running === running) this.view.end(failure);
    }
}

async function show_source(sample, section) {
    const path = `/source/${sample.name}.cpp`;
    const file = section.querySelector(".file");
    file.href = path;
    file.textContent = `samples/${sample.name}.cpp`;
    section.querySelector(".source pre").setAttribute("aria-label", `Source of ${sample.title}`);
    const source = await (await fetch(path)).text();
    section.querySelector(".source code").replaceChildren(highlight(source));
    const copy = section.querySelector(".copy");
    copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(source);
        copy.textContent = "Copied";
        setTimeout(() => { copy.textContent = "Copy"; }, 1500);
    });
}

function add_sample(sample) {
    const section = document.getElementById("sample").content.cloneNode(true).firstElementChild;
    section.id = sample.name;
    section.querySelector("h2").textContent = sample.title;
    section.querySelector(".about").textContent = sample.about;
    section.querySelector("[name=method]").append(...methods.map((name) => new Option(name)));
    const runner = new Sample(sample, section);
    const presets = section.querySelector(".presets");
    presets.setAttribute("aria-label", `Requests for ${sample.title}`);
    for (const preset of sample.tries) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = preset.label;
        button.addEventListener("click", () => {
            runner.fill(preset);
            runner.run(preset);
        });
        presets.append(button);
    }
    runner.fill(sample.tries[0]);
    document.getElementById("samples").append(section);
    show_source(sample, section);
}

function add_link(sample) {
    const link = document.createElement("a");
    link.href = `#${sample.name}`;
    link.textContent = sample.title;
    const item = document.createElement("li");
    item.append(link);
    document.getElementById("contents").append(item);
    return link;
}

// Marks the sample that is being read: the first one of which something is in the upper part of the window.
function follow(links) {
    const visible = new Set();
    const observer = new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) isIntersecting ? visible.add(target.id) : visible.delete(target.id);
        const current = samples.find((sample) => visible.has(sample.name));
        for (const [name, link] of links) {
            if (name === current?.name) link.setAttribute("aria-current", "true");
            else link.removeAttribute("aria-current");
        }
    }, { rootMargin: "0px 0px -60% 0px" });
    document.querySelectorAll(".sample").forEach((section) => observer.observe(section));
}

const links = new Map(samples.map((sample) => [sample.name, add_link(sample)]));
samples.forEach(add_sample);
follow(links);
