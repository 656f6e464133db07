#include <hyperlane/web/openapi/document.hpp>
#include "web/html.hpp"
#include "web/openapi/docs_page.hpp"

namespace hyperlane::web {

namespace {

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

}  // namespace

std::string docs_page(const std::string& document, const OpenApiOptions& options) {
    std::string page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>";
    page += escaped_html(options.title);
    page +=
        "</title><meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\">\n<style>";
    page += docs_style;
    page += "</style></head>\n<body><noscript>This page needs JavaScript. The document is at <a href=\"";
    page += escaped_html(options.document_path) + "\">" + escaped_html(options.document_path) + "</a>.</noscript>\n";
    page += "<nav id=\"nav\"></nav><main id=\"main\"></main>\n<script type=\"application/json\" id=\"document\">";
    page += for_script(document);
    page += "</script>\n<script>";
    page += docs_script;
    page += "</script></body></html>\n";
    return page;
}

}  // namespace hyperlane::web
