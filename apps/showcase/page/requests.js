// The ways to send what a sample shows. Each tells `view` what happens and ends when the response has; `signal` stops it.

const parse_headers = (text) => text.split("\n").filter((line) => line.includes(":")).map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
});

const stopped = () => new DOMException("stopped", "AbortError");

// Any request; the body is shown as it comes in.
export async function send(request, view, signal) {
    const has_body = request.body && request.method !== "GET" && request.method !== "HEAD";
    // A text area knows line feeds only; the lines of a form end with CR LF (RFC 2046 5.1.1).
    const is_form = /^content-type: *multipart/im.test(request.headers);
    const response = await fetch(request.url, {
        method: request.method,
        headers: parse_headers(request.headers),
        body: !has_body ? undefined : is_form ? request.body.replace(/\r?\n/g, "\r\n") : request.body,
        cache: "no-store",
        signal,
    });
    view.head(response.status, response.statusText, [...response.headers]);
    if (!response.body) return;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        view.piece(value);
    }
}

// A body of `size` bytes. Only XMLHttpRequest says how much of a body has been sent.
export function upload(request, size, view, signal) {
    return new Promise((resolve, reject) => {
        const xhr = new XMLHttpRequest();
        xhr.open(request.method, request.url);
        xhr.upload.onprogress = (event) => view.progress(event.loaded / event.total);
        xhr.onload = () => {
            const lines = xhr.getAllResponseHeaders().trim().split("\r\n");
            view.head(xhr.status, xhr.statusText, parse_headers(lines.join("\n")));
            view.piece(xhr.responseText);
            resolve();
        };
        xhr.onerror = () => reject(new TypeError("the connection was lost"));
        xhr.onabort = () => reject(stopped());
        signal.addEventListener("abort", () => xhr.abort());
        xhr.send(new Blob([new Uint8Array(size)]));
    });
}

// Server-Sent Events. EventSource connects again by itself after the end; this does not.
export function listen(request, view, signal) {
    return new Promise((resolve, reject) => {
        const source = new EventSource(request.url);
        source.onopen = () => view.head(200, "EventSource is open", []);
        source.onmessage = (event) => view.piece(`event: ${event.data}\n`);
        source.onerror = () => {
            source.close();
            resolve();
        };
        signal.addEventListener("abort", () => {
            source.close();
            reject(stopped());
        });
    });
}

// A WebSocket, until either side closes.
// options  time: send the time each second; people: where to ask who is there, after each message that begins with "*"
export function talk(request, options, view, signal) {
    return new Promise((resolve, reject) => {
        const socket = new WebSocket(new URL(request.url, location).href.replace(/^http/, "ws"));
        let clock, asked = 0;
        const look_who_is_there = async () => {
            const mine = ++asked;
            const names = (await (await fetch(options.people)).text()).split("\n").filter(Boolean);
            if (mine === asked && !signal.aborted) view.show_people(names);
        };
        const tell_time = () => socket.send(`Client time: ${new Date().toISOString()}`);
        socket.onopen = () => {
            view.head(101, "WebSocket is open", socket.extensions ? [["Sec-WebSocket-Extensions", socket.extensions]] : []);
            view.ask((text) => socket.send(text));
            if (!options.time) return;
            tell_time();
            clock = setInterval(tell_time, 1000);
        };
        socket.onmessage = ({ data }) => {
            view.piece(`${data}\n`);
            if (options.people && data.startsWith("* ")) look_who_is_there();
        };
        socket.onclose = ({ code, reason }) => {
            clearInterval(clock);
            view.piece(`closed ${code} ${reason}\n`);
            resolve();
        };
        signal.addEventListener("abort", () => {
            clearInterval(clock);
            socket.onmessage = socket.onclose = null;
            // One that is closed before it is open is an error in the browser's console.
            const leave = () => socket.close(1000, "stopped");
            if (socket.readyState === WebSocket.CONNECTING) socket.onopen = leave;
            else leave();
            reject(stopped());
        });
    });
}

// A topic as Server-Sent Events, until it is stopped. When the connection is lost, EventSource comes back by itself and
// says which event it had last.
// options  gap: [after how many seconds to leave, for how many]: then this page says it, in the query
export function follow_topic(request, options, view, signal) {
    return new Promise((resolve, reject) => {
        let source, last = "", timer;
        const open = (url) => {
            source = new EventSource(url);
            source.onopen = () => view.head(200, "EventSource is open", []);
            const tell = ({ type, data, lastEventId }) => {
                last = lastEventId;
                view.piece(`${type} ${lastEventId}: ${data}\n`);
            };
            for (const type of ["price", "reset"]) source.addEventListener(type, tell);
            source.onerror = () => {
                if (source.readyState === EventSource.CLOSED) reject(new TypeError("refused"));
                else view.piece("connection lost\n");
            };
        };
        const come_back = () => open(`${request.url}?last_event_id=${last}`);
        const leave = () => {
            source.close();
            view.piece(`gone for ${options.gap[1]} s\n`);
            timer = setTimeout(come_back, options.gap[1] * 1000);
        };
        open(request.url);
        if (options.gap) timer = setTimeout(leave, options.gap[0] * 1000);
        signal.addEventListener("abort", () => {
            clearTimeout(timer);
            source.close();
            reject(stopped());
        });
    });
}
