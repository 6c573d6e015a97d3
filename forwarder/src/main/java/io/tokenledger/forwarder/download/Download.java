package io.tokenledger.forwarder.download;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads one document at a time over HTTP or HTTPS. Failures are sentences for the user that name
 * neither headers nor what is behind the {@code ?} of an address. Thread-safe.
 */
public final class Download {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /**
   * What a document may take.
   *
   * @param maxBytes most bytes of its body
   * @param whole longest time from the request to the last byte
   * @param maxRedirects most redirects that are followed; 0: a redirect is the answer
   */
  public record Limits(int maxBytes, Duration whole, int maxRedirects) {}

  private final Limits limits;
  private final HttpClient client;

  public Download(Limits limits) {
    this.limits = limits;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER) // they are counted and checked here
            .connectTimeout(limits.whole())
            .build();
  }

  /**
   * The address of a document.
   *
   * @throws IOException when it is none of HTTP or HTTPS
   */
  public static URI address(String text) throws IOException {
    try {
      URI address = URI.create(text);
      boolean web =
          "http".equalsIgnoreCase(address.getScheme())
              || "https".equalsIgnoreCase(address.getScheme());
      if (!web || address.getHost() == null) {
        throw new IOException("it is no address of http:// or https://");
      }
      return address;
    } catch (IllegalArgumentException malformed) {
      throw new IOException("it is no address of http:// or https://");
    }
  }

  /**
   * Asks for a document.
   *
   * @param headers of the request; they go to no other address
   * @return the answer, whatever its status; a redirect only when there are too many of them
   * @throws IOException when there is no answer, or a longer or later one than allowed
   */
  public HttpResponse<String> get(URI address, Map<String, String> headers)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limits.whole().toNanos();
    HttpResponse<String> response = send(address, headers, deadline);
    for (int i = 0; i < limits.maxRedirects() && isRedirect(response); i++) {
      response = send(target(response), Map.of(), deadline);
    }
    return response;
  }

  private static boolean isRedirect(HttpResponse<String> response) {
    return REDIRECTS.contains(response.statusCode())
        && response.headers().firstValue("location").isPresent();
  }

  private static URI target(HttpResponse<String> response) throws IOException {
    String location = response.headers().firstValue("location").orElseThrow();
    URI target;
    try {
      target = address(response.uri().resolve(location).toString());
    } catch (IllegalArgumentException malformed) {
      throw new IOException("it leads to an address that is none");
    }
    if ("https".equalsIgnoreCase(response.uri().getScheme())
        && !"https".equalsIgnoreCase(target.getScheme())) {
      throw new IOException("it leads from https to http");
    }
    return target;
  }

  private HttpResponse<String> send(URI address, Map<String, String> headers, long deadline)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    headers.forEach(request::setHeader);
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(request.build(), head -> new BoundedText(limits.maxBytes()));
    try {
      return response.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw new IOException("no whole answer within " + limits.whole().toSeconds() + " s");
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof IOException cause
          ? new IOException(sentence(cause), cause)
          : new IOException("the request failed", failure.getCause());
    } finally {
      response.cancel(true);
    }
  }

  private static String sentence(IOException failure) {
    if (failure instanceof java.net.ConnectException) {
      return "no connection";
    }
    return failure.getMessage() == null ? "the connection broke off" : failure.getMessage();
  }
}
