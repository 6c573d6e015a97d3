package io.tokenledger.agent.client.apache5.tee;

import java.io.IOException;
import java.io.InputStream;

/**
 * Shows the exchange each piece of the response body as it passes. {@code skip} and the bulk
 * methods are those of {@code InputStream}, as with the client's own stream: they read through
 * here.
 */
final class TeeInputStream extends InputStream {
  private final InputStream in;
  private final TappedCall call;

  /** Bytes to come by Content-Length, or negative. Nobody has to read on after the last one. */
  private long remaining;

  /** Bytes that the application reads again after a reset, shown before. */
  private long repeated;

  private long sinceMark;

  TeeInputStream(InputStream in, TappedCall call, long contentLength) {
    this.in = in;
    this.call = call;
    this.remaining = contentLength;
  }

  @Override
  public int read() throws IOException {
    int value;
    try {
      value = in.read();
    } catch (IOException | RuntimeException | Error failure) {
      call.failed(failure);
      throw failure;
    }
    if (value < 0) {
      call.exchange().responseEnd();
    } else if (fresh(1) == 1) {
      call.exchange().write(value);
      passed(1);
    }
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read;
    try {
      read = in.read(buffer, offset, length);
    } catch (IOException | RuntimeException | Error failure) {
      call.failed(failure);
      throw failure;
    }
    if (read < 0) {
      call.exchange().responseEnd();
    } else if (read > 0) {
      int fresh = fresh(read);
      if (fresh > 0) {
        call.exchange().write(buffer, offset + read - fresh, fresh);
        passed(fresh);
      }
    }
    return read;
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public void close() throws IOException {
    call.exchange().cancelled();
    in.close();
  }

  @Override
  public boolean markSupported() {
    return in.markSupported();
  }

  @Override
  public void mark(int limit) {
    in.mark(limit);
    sinceMark = 0;
  }

  @Override
  public void reset() throws IOException {
    in.reset();
    repeated += sinceMark;
    sinceMark = 0;
  }

  /** How many of these bytes were not shown before. */
  private int fresh(int read) {
    sinceMark += read;
    long again = Math.min(repeated, read);
    repeated -= again;
    return (int) (read - again);
  }

  private void passed(int bytes) {
    if (remaining > 0) {
      remaining -= bytes;
      if (remaining == 0) {
        call.exchange().responseEnd();
      }
    }
  }
}
