package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.exchange.RequestTarget;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Meters paths under {@code /v1/} and keeps what each exchange was told. */
final class RecordingMeter implements Meter {
  final List<Throwable> faults = new CopyOnWriteArrayList<>();
  final List<Recorded> exchanges = new CopyOnWriteArrayList<>();

  @Override
  public Exchange begin(RequestTarget target, HeaderSource requestHeaders) {
    if (!target.path().startsWith("/v1/")) {
      return null;
    }
    Recorded recorded = new Recorded(target, requestHeaders.value("X-Asked"));
    exchanges.add(recorded);
    return recorded;
  }

  @Override
  public void watch(Exchange exchange, Object wrapper) {
    ((Recorded) exchange).watched = wrapper;
  }

  @Override
  public void caught(Throwable fault) {
    faults.add(fault);
  }

  Recorded only() {
    if (exchanges.size() != 1) {
      throw new AssertionError("exchanges: " + exchanges);
    }
    Recorded only = exchanges.get(0);
    if (!faults.isEmpty() || only.fault != null) {
      throw new AssertionError("faults of ours: " + faults + " " + only.fault);
    }
    return only;
  }

  /** One exchange; {@code end} is the first ending call. */
  static final class Recorded implements Exchange {
    final RequestTarget target;
    final String asked;
    final List<String> requestBodies = new CopyOnWriteArrayList<>();
    final ByteArrayOutputStream response = new ByteArrayOutputStream();
    volatile Object watched;
    volatile int status;
    volatile int heads;
    volatile String contentType;
    volatile String end;
    volatile Throwable cause;
    volatile Throwable fault;

    Recorded(RequestTarget target, String asked) {
      this.target = target;
      this.asked = asked;
    }

    @Override
    public BodyScan requestBody() {
      int write = requestBodies.size();
      requestBodies.add("");
      return new BodyScan() {
        @Override
        public void bytes(byte[] buffer, int offset, int length) {
          String piece = new String(buffer, offset, length, StandardCharsets.UTF_8);
          requestBodies.set(write, requestBodies.get(write) + piece);
        }

        @Override
        public void bytes(ByteBuffer buffer) {
          byte[] copy = copy(buffer);
          bytes(copy, 0, copy.length);
        }
      };
    }

    @Override
    public void responseHead(int status, HeaderSource responseHeaders) {
      this.status = status;
      this.heads++;
      this.contentType = responseHeaders.value("content-type");
    }

    @Override
    public synchronized void responseBytes(byte[] buffer, int offset, int length) {
      response.write(buffer, offset, length);
    }

    @Override
    public void responseBytes(ByteBuffer buffer) {
      byte[] copy = copy(buffer);
      responseBytes(copy, 0, copy.length);
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
      return end != null;
    }

    synchronized String text() {
      return response.toString(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return target + " " + requestBodies + " " + status + " " + end + " " + cause;
    }

    private synchronized void end(String how, Throwable why) {
      if (end == null) {
        cause = why;
        end = how;
      }
    }

    private static byte[] copy(ByteBuffer buffer) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.get(buffer.position(), copy);
      return copy;
    }
  }
}
