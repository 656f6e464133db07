// Three ways to send what a sample shows. Each tells `view` what happens and ends when the response has; `signal` stops it.

const parse_headers = (text) => text.split("\n").filter((line) => line.includes(":")).map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
});

// Any request; the body is shown as it comes in.
export async function send(request, view, signal) {
    const has_body = request.body && request.method !== "GET" && request.method !== "HEAD";
    const response = await fetch(request.url, {
        method: request.method,
        headers: parse_headers(request.headers),
        body: has_body ? request.body : undefined,
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
        xhr.onabort = () => reject(new DOMException("stopped", "AbortError"));
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
            reject(new DOMException("stopped", "AbortError"));
        });
    });
}
