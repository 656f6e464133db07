#include "shape.hpp"

int serve(int argc, char** argv, std::vector<Shape> shapes) {
    Server server;
    server.workers(1).arguments(argc, argv).data(Hub());
    std::string names;
    for (Shape& shape : shapes) {
        names.append(shape.name).append("\n");
        server.route(std::string("/") + shape.name, std::move(shape.route));
    }
    server.route("/", get([names](Context ctx) { ctx.set_response_body(names); }));
    return server.run();
}
