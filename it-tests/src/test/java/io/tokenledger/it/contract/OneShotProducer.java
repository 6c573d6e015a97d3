package io.tokenledger.it.contract;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.nio.StreamChannel;
import org.apache.hc.core5.http.nio.entity.AbstractBinAsyncEntityProducer;

/** A request body of an application that comes from a stream: read once, of unknown length. */
final class OneShotProducer extends AbstractBinAsyncEntityProducer {
  private final ByteBuffer body;

  OneShotProducer(byte[] body) {
    super(0, ContentType.APPLICATION_JSON);
    this.body = ByteBuffer.wrap(body);
  }

  @Override
  protected int availableData() {
    return body.remaining();
  }

  @Override
  protected void produceData(StreamChannel<ByteBuffer> channel) throws IOException {
    channel.write(body);
    if (!body.hasRemaining()) {
      channel.endStream();
    }
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public void failed(Exception cause) {}
}
