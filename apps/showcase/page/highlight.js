// C++ with colours: text in, a fragment of text nodes and spans out.

const keywords = "auto bool break case catch char class co_await co_return co_yield const constexpr continue default delete do double " +
    "else enum explicit false float for if inline int long namespace new noexcept nullptr operator private public return short " +
    "signed sizeof static static_cast struct switch template this throw true try typename unsigned using virtual void while";

const token = new RegExp([
    /(?<comment>\/\/.*)/,
    /(?<string>R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'|(?<=#include )<[^>\n]+>)/,
    /(?<keyword>#\w+|\b(?:KEYWORDS)\b)/,
    /(?<number>\b\d[\d']*(?:\.\d+)?(?:ms|s|min|h)?\b)/,
    /(?<type>\b(?:[A-Z]\w*[a-z]\w*|std::\w+)\b)/,
].map((part) => part.source.replace("KEYWORDS", keywords.replaceAll(" ", "|"))).join("|"), "g");

export function highlight(source) {
    const fragment = document.createDocumentFragment();
    let end = 0;
    for (const match of source.matchAll(token)) {
        fragment.append(source.slice(end, match.index));
        const span = document.createElement("span");
        span.className = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
        span.textContent = match[0];
        fragment.append(span);
        end = match.index + match[0].length;
    }
    fragment.append(source.slice(end));
    return fragment;
}
