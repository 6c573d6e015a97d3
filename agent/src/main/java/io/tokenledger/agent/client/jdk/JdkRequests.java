package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.exchange.RequestTarget;
import java.net.URI;
import java.net.http.HttpRequest;

/** Reads where the JDK's own, immutable copy of a request goes. */
final class JdkRequests {
  private JdkRequests() {}

  /** Null when the address has no host that we can name. */
  static RequestTarget target(HttpRequest request) {
    URI uri = request.uri();
    String host = uri.getHost();
    if (host == null) {
      return null;
    }
    boolean secure = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort();
    String path = uri.getRawPath();
    return new RequestTarget(
        "jdk",
        request.method(),
        secure ? "https" : "http",
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        port >= 0 ? port : secure ? 443 : 80,
        path == null || path.isEmpty() ? "/" : path,
        uri.getRawQuery());
  }
}
