package io.tokenledger.agent.client.harness;

import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.RequestTarget;
import java.io.ByteArrayOutputStream;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Keeps what a tap tells. */
public final class RecordingExchange implements Exchange {
  public final RequestTarget target;
  public final Map<String, String> requestHeaders = new TreeMap<>();
  public volatile int writes;
  public volatile int status;
  public volatile int heads;
  public volatile String contentEncoding;
  public volatile WeakReference<Object> watched;
  private volatile ByteArrayOutputStream request = new ByteArrayOutputStream();
  private final ByteArrayOutputStream response = new ByteArrayOutputStream();
  private final AtomicReference<String> end = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  public volatile Throwable cause;
  public volatile Throwable fault;

  RecordingExchange(RequestTarget target) {
    this.target = target;
  }

  public String request() {
    return request.toString(StandardCharsets.UTF_8);
  }

  public synchronized byte[] response() {
    return response.toByteArray();
  }

  public String responseText() {
    return new String(response(), StandardCharsets.UTF_8);
  }

  /** How it ended: end, failed, cancelled, or open after the wait. */
  public String outcome() {
    if (fault != null) {
      throw new AssertionError("a fault of ours", fault);
    }
    try {
      return ended.await(5, TimeUnit.SECONDS) ? end.get() : "open";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public BodyScan requestBody() {
    writes++;
    ByteArrayOutputStream fresh = new ByteArrayOutputStream();
    request = fresh;
    return new BodyScan() {
      @Override
      public void bytes(byte[] buffer, int offset, int length) {
        fresh.write(buffer, offset, length);
      }

      @Override
      public void bytes(ByteBuffer buffer) {
        for (int i = buffer.position(); i < buffer.limit(); i++) {
          fresh.write(buffer.get(i));
        }
      }
    };
  }

  @Override
  public void responseHead(int status, HeaderSource responseHeaders) {
    heads++;
    this.status = status;
    contentEncoding = responseHeaders.value("content-encoding");
  }

  @Override
  public synchronized void responseBytes(byte[] buffer, int offset, int length) {
    if (heads != 1) {
      throw new IllegalStateException("bytes before the head");
    }
    response.write(buffer, offset, length);
  }

  @Override
  public synchronized void responseBytes(ByteBuffer buffer) {
    for (int i = buffer.position(); i < buffer.limit(); i++) {
      response.write(buffer.get(i));
    }
  }

  @Override
  public void responseEnd() {
    end("end", null);
  }

  @Override
  public void failed(Throwable cause) {
    end("failed", cause);
  }

  @Override
  public void cancelled() {
    end("cancelled", null);
  }

  @Override
  public void caught(Throwable fault) {
    this.fault = fault;
  }

  @Override
  public boolean ended() {
    return end.get() != null;
  }

  private void end(String how, Throwable cause) {
    if (end.compareAndSet(null, how)) {
      this.cause = cause;
      ended.countDown();
    }
  }
}
