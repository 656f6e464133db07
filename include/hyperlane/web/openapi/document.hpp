#pragma once

/// The document of an API (OpenAPI 3.1.0), made from its routes and from the types that their handlers take and return:
///
///     server.openapi({.title = "To-dos", .version = "1.2.0"});
///
/// serves it as /openapi.json, and in development a page for people at /docs, which needs nothing from elsewhere.
///
/// Parameters, bodies, responses, refusals and the rules of `json::options` are what a handler's signature says. Of a
/// handler that takes a Context only the path is known. `Route::document` adds what no type can say.

#include <hyperlane/json/value.hpp>
#include <hyperlane/web/routes.hpp>

#include <cstdint>
#include <string>

namespace hyperlane {

/// Who is served the page for people. The document itself is served to everybody who passes the server's middleware.
enum class DocsPage : std::uint8_t {
    in_development,  ///< if `Server::development` is on
    always,
    never,
};

/// How the whole API wants to be called. The document only says so: `bearer_auth` and `basic_auth` see to it.
enum class ApiSecurity : std::uint8_t { none, basic, bearer };

struct OpenApiOptions {
    std::string title = "API";
    std::string version = "0.1.0";  ///< of the API
    std::string description = {};   ///< Markdown
    std::string document_path = "/openapi.json";
    std::string docs_path = "/docs";
    DocsPage docs = DocsPage::in_development;
    std::string server_url = "/";  ///< what the paths are below: "https://example.com/shop" behind a proxy
    ApiSecurity security = ApiSecurity::none;
};

namespace web {

/// The document as data.
///
/// returns  operations in the order of registration, those of routes without a combinator last. Of two routes that
///          OpenAPI cannot tell apart ("/{id}" and "/{id:\\d+}" with one method) the first is described, and its
///          description names the other. Routes that are malformed are left out: a server with them does not start
[[nodiscard]] json::Value openapi_document(const RouteGroup& routes, const OpenApiOptions& options);

/// The page for people, one file that asks for nothing else: the document is in it. About 65 kB of a program that calls
/// `Server::openapi`, nothing of others.
///
/// in       document: JSON
[[nodiscard]] std::string docs_page(const std::string& document, const OpenApiOptions& options);

}  // namespace web
}  // namespace hyperlane
