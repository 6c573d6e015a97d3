package io.tokenledger.agent.client.jdk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Flow.Publisher;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The text of whatever a body handler gives. */
final class Bodies {
  private Bodies() {}

  static String text(Object body) throws IOException {
    if (body instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    } else if (body instanceof Path file) {
      return Files.readString(file);
    } else if (body instanceof InputStream stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } else if (body instanceof Stream<?> lines) {
      return lines.map(Object::toString).collect(Collectors.joining("\n"));
    } else if (body instanceof Publisher<?> publisher) {
      return collect(publisher);
    }
    return body == null ? null : body.toString();
  }

  @SuppressWarnings("unchecked")
  private static String collect(Publisher<?> publisher) {
    var subscriber = java.net.http.HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
    ((Publisher<List<ByteBuffer>>) publisher).subscribe(subscriber);
    return subscriber.getBody().toCompletableFuture().join();
  }
}
