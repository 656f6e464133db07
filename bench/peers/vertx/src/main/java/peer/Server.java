package peer;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

public final class Server {
    private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final Buffer KIB = filled(1024);
    private static final Buffer MIB = filled(1024 * 1024);

    record Person(int id, String name, String email, boolean active, double score) {}

    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        Router router = Router.router(vertx);
        router.route().handler(Server::setType).handler(Server::logFailure);
        router.get("/").handler(context -> context.response().end("Hello, World!"));
        router.get("/users/:id").handler(context -> context.response().end(context.pathParam("id")));
        router.get("/json").handler(Server::person);
        router.post("/echo").handler(BodyHandler.create(false))
                .handler(context -> context.response().end(context.body().buffer()));
        router.get("/1k").handler(context -> context.response().end(KIB));
        router.get("/1m").handler(context -> context.response().end(MIB));
        vertx.createHttpServer().requestHandler(router).listen(Integer.parseInt(arguments[0]), "127.0.0.1")
                .onFailure(failure -> {
                    failure.printStackTrace();
                    System.exit(1);
                });
    }

    private static void setType(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CONTENT_TYPE, TEXT);
        context.next();
    }

    private static void logFailure(RoutingContext context) {
        context.addEndHandler(done -> {
            if (context.response().getStatusCode() >= 500) System.err.println(context.response().getStatusCode());
        });
        context.next();
    }

    private static void person(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        context.json(new Person(7, "Ada Lovelace", "ada@example.org", true, 99.5));
    }

    private static Buffer filled(int size) {
        return Buffer.buffer("x".repeat(size));
    }
}
