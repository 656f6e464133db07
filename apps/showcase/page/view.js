// The part of a section that shows a response.

import { highlight_json, pretty_json } from "/page/highlight.js";

const most_shown = 20000; // characters of a body

const milliseconds = (time) => (time < 10 ? time.toFixed(1) : Math.round(time)) + " ms";

export class View {
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
        this.text = "";
        this.is_json = false;
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
            if (name.toLowerCase() === "content-type") this.is_json = /^application\/([\w.-]+\+)?json\b/i.test(value);
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
        this.text += part;
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

    // A whole JSON text is set in lines and colours; what is cut off or comes bit by bit stays as it came.
    set_in_lines() {
        const text = this.is_json && !this.with_times && this.left_out === 0 ? pretty_json(this.text) : undefined;
        if (text !== undefined) this.body.replaceChildren(highlight_json(text));
    }

    end(error) {
        const took = milliseconds(performance.now() - this.started);
        if (error?.name === "AbortError") this.say("stopped", "moved");
        else if (error) this.say(`failed: ${error.message}`, "bad");
        this.timing.textContent = `${took} in all`;
        this.set_in_lines();
        if (this.left_out > 0) this.body.append(`\n… and ${this.left_out.toLocaleString("en")} more`);
        this.stop.hidden = true;
        this.say_form.hidden = true;
    }
}
