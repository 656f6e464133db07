// Builds a section per sample, and sends what its form and its buttons ask for.

import { highlight, pretty_json } from "/page/highlight.js";
import { add_theme_switch, build_menu } from "/page/menu.js";
import { follow_topic, listen, send, talk, upload } from "/page/requests.js";
import { samples } from "/page/samples.js";
import { View } from "/page/view.js";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"];

// As tall as its lines, where the style sheet alone cannot say so.
function grow(area) {
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
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
        // A path is one line that may be set in several.
        const { path } = this.form.elements;
        path.addEventListener("keydown", (event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            this.form.requestSubmit();
        });
        path.addEventListener("input", () => grow(path));
        this.view.stop.addEventListener("click", () => this.running.abort());
    }

    fill(preset) {
        this.filled = preset;
        const { method, path, headers, body } = this.form.elements;
        method.value = preset.method;
        path.value = `/samples/${this.sample.name}${preset.path}`;
        headers.value = preset.headers ?? "";
        body.value = pretty_json(preset.body ?? "") ?? preset.body ?? "";
        grow(path);
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
    const title = section.querySelector("h2 a");
    title.textContent = sample.title;
    title.href = `#${sample.name}`;
    const group = section.querySelector(".group");
    group.textContent = sample.group ?? "";
    group.hidden = !sample.group;
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
            presets.querySelector(".pressed")?.classList.remove("pressed");
            button.classList.add("pressed");
            runner.fill(preset);
            runner.run(preset);
        });
        presets.append(button);
    }
    runner.fill(sample.tries[0]);
    document.getElementById("samples").append(section);
    return show_source(sample, section);
}

add_theme_switch();
const sources = samples.map(add_sample);
build_menu(samples);
// The place that the address names is there only now, and moved while the sources above it came in.
await Promise.allSettled(sources);
if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView({ behavior: "instant" });

