package io.tokenledger.agent.client.apache5async.tee;

import io.tokenledger.agent.streamusage.BodyEdit;
import io.tokenledger.agent.streamusage.OptionScanner;
import io.tokenledger.agent.streamusage.StreamUsage;
import io.tokenledger.agent.streamusage.UsageAsk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.DataStreamChannel;

/**
 * Looks at a request body that is to be asked for usage before the client writes it, since its
 * length goes ahead of it. Only at one of the client's own repeatable producers: released, as the
 * client does before it repeats a request, they start again.
 */
final class ProducerLook implements DataStreamChannel {
  private final OptionScanner scanner;
  private boolean moved;
  private boolean ended;

  private ProducerLook(OptionScanner scanner) {
    this.scanner = scanner;
  }

  /** Null: the body is sent as it is. */
  static BodyEdit at(AsyncRequestProducer producer, EntityDetails entity, UsageAsk ask) {
    long length = entity.getContentLength();
    if (!producer.getClass().getName().startsWith("org.apache.hc.")
        || !producer.isRepeatable()
        || length > UsageAsk.MAX_BODY_BYTES
        || entity.getContentEncoding() != null
        || !StreamUsage.isJson(entity.getContentType())) {
      return null;
    }
    ProducerLook look = new ProducerLook(ask.scanner());
    try {
      do {
        look.moved = false;
        producer.produce(look);
      } while (look.moved && !look.ended && look.scanner.open());
    } catch (IOException | RuntimeException unreadable) {
      return null; // the client will see for itself
    } finally {
      producer.releaseResources();
    }
    return look.ended ? ask.edit(look.scanner, length) : null;
  }

  @Override
  public int write(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    scanner.write(bytes, 0, bytes.length);
    moved |= bytes.length > 0;
    return bytes.length;
  }

  @Override
  public void requestOutput() {
    // the loop does
  }

  @Override
  public void endStream() {
    ended = true;
  }

  @Override
  public void endStream(List<? extends Header> trailers) {
    ended = true;
  }
}
