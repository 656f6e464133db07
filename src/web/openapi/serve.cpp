#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/media_types.hpp>
#include <hyperlane/json/write.hpp>
#include <hyperlane/web/openapi/document.hpp>
#include <hyperlane/web/server.hpp>
#include "web/openapi/docs_page.hpp"
#include "web/server_state.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace hyperlane {

namespace {

// Everything is in the page; only what is tried out talks to a server.
std::string policy_for(const OpenApiOptions& options) {
    std::string policy = web::docs_page_policy();
    constexpr std::string_view safe = ":/.-_~";
    const auto is_safe = [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || safe.contains(c);
    };
    const std::string& url = options.server_url;
    if (url.starts_with("http") && std::ranges::all_of(url, is_safe))
        policy += " " + url + (url.ends_with('/') ? "" : "/");
    return policy;
}

Route serve_document(std::shared_ptr<const std::string> document) {
    return get([document = std::move(document)](Context ctx) {
        ctx.set_response_header(header::content_type, mime::application_json).set_response_body(*document);
    });
}

Route serve_page(std::string page, std::string policy) {
    return get([page = std::make_shared<const std::string>(std::move(page)), policy = std::move(policy)](Context ctx) {
        ctx.set_response_header(header::content_type, mime::text_html)
            .set_response_header(header::content_security_policy, policy)
            .set_response_body(*page);
    });
}

bool shows_docs(const OpenApiOptions& options, bool development) {
    return options.docs == DocsPage::always || (options.docs == DocsPage::in_development && development);
}

}  // namespace

Server& Server::openapi(const OpenApiOptions& options, std::source_location where) {
    state_->documentation = [options, where](web::RouteGroup& group, bool development) -> Result<> {
        auto text = to_json(web::openapi_document(group, options), json::pretty);
        if (!text) {
            return fail(ErrorCode::invalid_argument,
                        "openapi: the document cannot be written: " + text.error().message);
        }
        const auto document = std::make_shared<const std::string>(*std::move(text) + "\n");
        group.routes.push_back({options.document_path, serve_document(document), where});
        if (shows_docs(options, development)) {
            Route page = serve_page(web::docs_page(*document, options), policy_for(options));
            group.routes.push_back({options.docs_path, std::move(page), where});
        }
        return {};
    };
    return *this;
}

}  // namespace hyperlane
