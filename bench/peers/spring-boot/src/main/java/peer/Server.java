package peer;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.OncePerRequestFilter;

@SpringBootApplication
@RestController
public class Server {
    private static final byte[] KIB = filled(1024);
    private static final byte[] MIB = filled(1024 * 1024);

    record Person(int id, String name, String email, boolean active, double score) {}

    public static void main(String[] arguments) {
        SpringApplication.run(Server.class, "--server.port=" + arguments[0]);
    }

    @GetMapping("/")
    String hello() {
        return "Hello, World!";
    }

    @GetMapping("/users/{id}")
    String user(@PathVariable("id") String id) {
        return id;
    }

    @GetMapping(value = "/json", produces = "application/json")
    Person person() {
        return new Person(7, "Ada Lovelace", "ada@example.org", true, 99.5);
    }

    @PostMapping("/echo")
    byte[] echo(@RequestBody byte[] body) {
        return body;
    }

    @GetMapping("/1k")
    byte[] kib() {
        return KIB;
    }

    @GetMapping("/1m")
    byte[] mib() {
        return MIB;
    }

    private static byte[] filled(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }
}

@Component
class SetEncoding extends OncePerRequestFilter {
    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        // Not the type: one that is set keeps Spring from writing JSON.
        response.setCharacterEncoding("utf-8");
        chain.doFilter(request, response);
    }
}

@Component
class LogFailure extends OncePerRequestFilter {
    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, response);
        if (response.getStatus() >= 500) logger.warn(response.getStatus());
    }
}
