package io.tokenledger.it.contract;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.async.methods.AbstractBinResponseConsumer;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpResponse;

/**
 * An application's consumer that hands a body over to the thread that reads it; as the callback of
 * its call it tells that thread of a failure or a cancel. The client releases a consumer after any
 * end and, after a failure, before it tells the failure: a release says nothing to the reader.
 */
final class PipedConsumer extends AbstractBinResponseConsumer<Void>
    implements FutureCallback<Void> {
  private static final byte[] END = {};

  /** Longer than any scenario lets a client wait; a client that hangs is then an observation. */
  private static final int PATIENCE_SECONDS = 20;

  private final CompletableFuture<Integer> status = new CompletableFuture<>();
  private final BlockingQueue<Object> pieces = new LinkedBlockingQueue<>();

  private final Body body = new Body();

  int status() throws InterruptedException, ExecutionException, TimeoutException {
    return status.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  InputStream body() {
    return body;
  }

  @Override
  protected void start(HttpResponse response, ContentType contentType) {
    status.complete(response.getCode());
  }

  @Override
  protected int capacityIncrement() {
    return Integer.MAX_VALUE;
  }

  @Override
  protected void data(ByteBuffer piece, boolean endOfStream) {
    byte[] copy = new byte[piece.remaining()];
    piece.get(copy);
    if (copy.length > 0) {
      pieces.add(copy);
    }
    if (endOfStream) {
      pieces.add(END);
    }
  }

  @Override
  protected Void buildResult() {
    return null;
  }

  @Override
  public void failed(Exception cause) {
    status.completeExceptionally(cause);
    pieces.add(cause);
  }

  @Override
  public void completed(Void nothing) {
    pieces.add(END);
  }

  @Override
  public void cancelled() {
    failed(new CancellationException("cancelled"));
  }

  @Override
  public void releaseResources() {}

  private final class Body extends InputStream {
    private InputStream piece = new ByteArrayInputStream(END);

    @Override
    public int read() throws IOException {
      int b = piece.read();
      return b >= 0 ? b : next() ? piece.read() : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (piece.available() == 0 && !next()) {
        return -1;
      }
      return piece.read(into, offset, length);
    }

    private boolean next() throws IOException {
      Object next;
      try {
        next = pieces.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (next == null) {
        throw new IOException("neither bytes nor an end within " + PATIENCE_SECONDS + " s");
      }
      if (next instanceof Exception cause) {
        throw new IOException(cause);
      }
      byte[] bytes = (byte[]) next;
      piece = new ByteArrayInputStream(bytes);
      if (bytes == END) {
        pieces.add(END);
      }
      return bytes.length > 0;
    }
  }
}
