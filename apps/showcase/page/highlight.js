// Text in colours: text in, a fragment with an element per line out, whose text is the one that came in. A line that is
// too long for its box goes on below itself, a little further in than it began.

const keywords = "auto bool break case catch char class co_await co_return co_yield const constexpr continue default delete do double " +
    "else enum explicit false float for if inline int long namespace new noexcept nullptr operator private public return short " +
    "signed sizeof static static_cast struct switch template this throw true try typename unsigned using virtual void while";

const cpp = new RegExp([
    /(?<comment>\/\/.*)/,
    /(?<string>R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'|(?<=#include )<[^>\n]+>)/,
    /(?<keyword>#\w+|\b(?:KEYWORDS)\b)/,
    /(?<number>\b\d[\d']*(?:\.\d+)?(?:ms|s|min|h)?\b)/,
    /(?<type>\b(?:[A-Z]\w*[a-z]\w*|std::\w+)\b)/,
].map((part) => part.source.replace("KEYWORDS", keywords.replaceAll(" ", "|"))).join("|"), "g");

const json = /(?<type>"(?:\\.|[^"\\])*"(?=:))|(?<string>"(?:\\.|[^"\\])*")|(?<number>-?\b\d[\d.eE+-]*)|(?<keyword>\b(?:true|false|null)\b)/g;

function coloured(text, token) {
    const fragment = document.createDocumentFragment();
    let line;
    const begin_line = (rest) => {
        line = document.createElement("span");
        line.className = "row";
        line.style.setProperty("--indent", `${rest.search(/[^ ]|$/)}ch`);
        fragment.append(line);
    };
    const add = (from, to, kind) => {
        for (let at = from; at < to;) {
            if (!line) begin_line(text.slice(at, at + 80));
            const found = text.indexOf("\n", at);
            const end = found >= 0 && found < to ? found + 1 : to;
            const part = text.slice(at, end);
            if (kind) {
                const span = document.createElement("span");
                span.className = kind;
                span.textContent = part;
                line.append(span);
            } else {
                line.append(part);
            }
            if (part.endsWith("\n")) line = undefined;
            at = end;
        }
    };
    let done = 0;
    for (const match of text.matchAll(token)) {
        add(done, match.index);
        done = match.index + match[0].length;
        add(match.index, done, Object.keys(match.groups).find((name) => match.groups[name] !== undefined));
    }
    add(done, text.length);
    return fragment;
}

export const highlight = (source) => coloured(source, cpp);
export const highlight_json = (text) => coloured(text, json);

// JSON set in lines, each token as it came: a number that JavaScript cannot hold keeps its digits.
// returns  nothing for what is no JSON
export function pretty_json(text) {
    try {
        JSON.parse(text);
    } catch {
        return undefined;
    }
    let out = "", depth = 0, before = "";
    for (const [token] of text.matchAll(/"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
        const closes = token === "}" || token === "]";
        if (closes) depth--;
        const is_first = before === "{" || before === "[";
        if (before === "," || is_first !== closes) out += "\n" + "  ".repeat(depth);
        out += token === ":" ? ": " : token;
        if (token === "{" || token === "[") depth++;
        before = token;
    }
    return out;
}
