#include "web/openapi/docs_page.hpp"
#include <hyperlane/web/openapi/document.hpp>
#include "web/html.hpp"

#include <algorithm>
#include <array>

namespace hyperlane::web {

namespace {

constexpr std::string_view page_style = "page.css";

// The last one builds the page from what those before it define.
constexpr std::array<std::string_view, 8> page_scripts{"elements.js", "schema.js",  "example.js", "request.js",
                                                       "response.js", "console.js", "menu.js",    "page.js"};

const PageFile& page_file(std::string_view name) {
    return *std::ranges::find(docs_page_files(), name, &PageFile::name);
}

// In a script element only "<" can end the text early. In JSON it stands in strings only, where an escape may replace
// it.
std::string for_script(const std::string& json) {
    std::string out;
    out.reserve(json.size());
    for (const char c : json) {
        if (c == '<') {
            out += "\\u003c";
        } else {
            out += c;
        }
    }
    return out;
}

// From one path to another, as a link: a proxy may have put both below a prefix.
std::string link_between(std::string_view from, std::string_view to) {
    std::string link;
    for (auto depth = std::ranges::count(from, '/'); depth > 1; --depth) link += "../";
    return link + std::string(to.starts_with('/') ? to.substr(1) : to);
}

std::string all_scripts() {
    std::string out;
    for (const std::string_view name : page_scripts) {
        out += "<script>";
        out += page_file(name).content;
        out += "</script>\n";
    }
    return out;
}

std::string page_part(std::string_view name, const std::string& document, const OpenApiOptions& options) {
    if (name == "title") return escaped_html(options.title);
    if (name == "document_path") return escaped_html(link_between(options.docs_path, options.document_path));
    if (name == "style") return std::string(page_file(page_style).content);
    if (name == "scripts") return all_scripts();
    return for_script(document);
}

}  // namespace

std::string docs_page(const std::string& document, const OpenApiOptions& options) {
    std::string page;
    std::string_view rest = page_file("page.html").content;
    for (auto begin = rest.find("{{"); begin != std::string_view::npos; begin = rest.find("{{")) {
        const auto end = rest.find("}}", begin);
        page += rest.substr(0, begin);
        page += page_part(rest.substr(begin + 2, end - begin - 2), document, options);
        rest.remove_prefix(end + 2);
    }
    page += rest;
    return page;
}

std::string docs_page_policy() {
    std::string policy = "default-src 'none'; style-src ";
    policy += page_file(page_style).csp_hash;
    policy += "; script-src";
    for (const std::string_view name : page_scripts) (policy += ' ') += page_file(name).csp_hash;
    return policy + "; base-uri 'none'; form-action 'none'; img-src data:; connect-src 'self'";
}

}  // namespace hyperlane::web
