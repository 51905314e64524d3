import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Places an order and asks for it, with both versions of HTTP. Argument: the port. */
public class Clients {
    private static final String ORDER =
        "{\"customer_id\":\"c-1\",\"items\":[{\"product_id\":\"p-1\",\"quantity\":2,"
            + "\"unit_price\":\"9.99\"}]}";

    public static void main(String[] arguments) throws Exception {
        String base = "http://127.0.0.1:" + arguments[0];
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpClient client = HttpClient.newBuilder().version(version).build();
            HttpResponse<String> posted = client.send(
                HttpRequest.newBuilder(URI.create(base + "/orders"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(ORDER))
                    .build(),
                BodyHandlers.ofString());
            String location = posted.headers().firstValue("location").orElseThrow();
            HttpRequest get = HttpRequest.newBuilder(URI.create(base + location)).build();
            HttpResponse<String> found = client.send(get, BodyHandlers.ofString());
            for (int i = 0; i < 300 && found.statusCode() == 404; i++) {
                Thread.sleep(100);
                found = client.send(get, BodyHandlers.ofString());
            }
            System.out.println(
                found.version() + " " + posted.statusCode() + " " + found.statusCode());
        }
    }
}
