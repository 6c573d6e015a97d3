package io.tokenledger.it.contract;

import io.tokenledger.it.harness.ReplayProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;

/**
 * The provider of a chat call over HTTP/2 without TLS: a stream or a whole answer, as the request
 * wants it, or a stream that is reset after its first event.
 */
final class Http2Provider implements AutoCloseable {
  private final Server server = new Server();
  private final ServerConnector connector;

  private Http2Provider() {
    HttpConfiguration configuration = new HttpConfiguration();
    connector =
        new ServerConnector(
            server,
            1,
            1,
            new HttpConnectionFactory(configuration),
            new HTTP2CServerConnectionFactory(configuration));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new Answer());
  }

  static Http2Provider start() {
    Http2Provider provider = new Http2Provider();
    try {
      provider.server.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return provider;
  }

  String url() {
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Answer extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      String asked = Content.Source.asString(request, StandardCharsets.UTF_8);
      if (request.getHttpURI().getPath().contains(Scenario.HTTP2_RESET_IN_BODY.name())) {
        resetAfterFirstEvent(response, callback);
        return true;
      }
      boolean stream = asked.contains("\"stream\":true");
      response
          .getHeaders()
          .put(HttpHeader.CONTENT_TYPE, stream ? "text/event-stream" : "application/json");
      String body =
          stream
              ? ReplayProvider.chatStream(ReplayProvider.asksForUsage(asked))
              : ReplayProvider.replay("openai.chat.json");
      Content.Sink.write(response, true, body, callback);
      return true;
    }

    private static void resetAfterFirstEvent(Response response, Callback callback)
        throws IOException {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
      String stream = ReplayProvider.replay("openai.chat.sse");
      try (Blocker.Callback written = Blocker.callback()) {
        Content.Sink.write(
            response, false, stream.substring(0, stream.indexOf("\n\n") + 2), written);
        written.block();
      }
      callback.failed(new IOException("the provider resets the stream"));
    }
  }
}
